import { assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../../../gpu/device.ts";
import { splatConfig } from "../../../../../model/splat/config.ts";
import { SplatTraining } from "../../../../../model/splat/training/splat_training.ts";
import { madeUpSplats } from "../../../../data/splats/made_up.ts";
import { gpuTest } from "../../../../support.ts";

function training(gpu: Gpu, count: number): SplatTraining {
  return new SplatTraining(gpu, {
    config: splatConfig(),
    train: [],
    test: [],
    extent: 1,
    start: { splats: madeUpSplats(count, 0), activeDegree: 0 },
  });
}

gpuTest(
  "density control takes over sums of as many Gaussians, and says what else it was given",
  async (gpu) => {
    const made = training(gpu, 7);
    const { strategy } = made;
    const [[name, sums]] = strategy.state!().tensors as [
      readonly [string, typeof made.gaussians.xyz.value],
    ];
    assertEquals([name, sums.shape], ["sums", [7, 2]]);
    const restore = (data: Float32Array | null) =>
      strategy.restore!({
        arrays: new Map(data ? [["sums", { dtype: "float32", shape: [data.length], data }]] : []),
        json: {},
      });
    const data = Float32Array.from({ length: 14 }, (_, i) => i);
    restore(data);
    assertEquals(await strategy.state!().tensors[0]![1].read("f32"), data);
    const text = 'Cannot restore density control: "sums" must be float32 [7,2], ';
    assertThrows(() => restore(data.subarray(2)), SyntaxError, `${text}it has 12 values`);
    assertThrows(() => restore(null), SyntaxError, `${text}there is none`);
    made.release();
  },
);
