// reference: the largest of each column
import { assertEquals } from "@std/assert";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { joinFrames } from "../../../../../model/splat/training/batch/join_frames.ts";
import { gpuTest } from "../../../../support.ts";

gpuTest("counts of pictures: the largest of each", async (gpu) => {
  for (
    const [frames, largest] of [
      [[[3, 9, 9, 0]], [3, 9, 9, 0]],
      [[[3, 9, 9, 0], [4, 2, 0, 1], [0, 4_000_000_000, 0, 0]], [4, 4_000_000_000, 9, 1]],
    ] as const
  ) {
    const table = Tensor.from(gpu, Uint32Array.from(frames.flat()), [frames.length, 4]);
    assertEquals([...(await joinFrames(table).read("u32"))], largest);
  }
});
