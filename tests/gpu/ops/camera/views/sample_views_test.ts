import { assertEquals, assertThrows } from "@std/assert";
import { sampleViews } from "../../../../../gpu/ops/camera/views/sample_views.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { sampleViews as reference } from "../../../../reference/camera/sample_views.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

const LEVELS = [[5, 7], [3, 4], [1, 2]] as const;
const PIXELS = 5 * 7 + 3 * 4 + 2;

for (
  const [queries, groups, points, frames, width] of [
    [1, 1, 1, 1, 4],
    [5, 2, 3, 2, 8],
    [23, 4, 2, 3, 4],
  ] as const
) {
  const name = `sampleViews, ${queries} queries, ${groups} groups of ${width}, ${frames} frames`;
  gpuTest(name, (gpu) => {
    const cameras = 3;
    const rows = queries * groups * points;
    // Some just outside the picture, where its border still counts, and some far outside.
    const location = noiseArray(1, [frames, rows, 2], -0.3, 1.3);
    const view = {
      shape: [frames, rows],
      data: Float64Array.from({ length: frames * rows }, (_, i) => (i * 7) % cameras),
    };
    const cast = Tensor.from(gpu, Uint32Array.from(view.data), view.shape);
    const layout = { levels: LEVELS, groups, points };
    return checkOp(gpu, {
      inputs: [
        location,
        noiseArray(2, [frames, rows, LEVELS.length]),
        ...Array.from(
          { length: frames },
          (_, i) => noiseArray(3 + i, [cameras, PIXELS, groups * width]),
        ),
      ],
      op: (location: Tensor, weights: Tensor, ...banks: Tensor[]) =>
        sampleViews(banks, { location, view: cast, weights }, layout),
      reference: (location: F64, weights: F64, ...banks: F64[]) =>
        reference(banks, { location, view, weights }, layout),
      samples: 12,
    });
  });
}

gpuTest("sampleViews adds up what frames that share a bank give it", async (gpu) => {
  const bank = variable(Tensor.from(gpu, [1, 2, 3, 4], [1, 1, 4]));
  const location = Tensor.from(gpu, [0.5, 0.5, 0.5, 0.5], [2, 1, 2]);
  const view = Tensor.zeros(gpu, [2, 1], "u32");
  const weights = Tensor.from(gpu, [3, 3], [2, 1, 1]);
  const y = sampleViews([bank, bank], { location, view, weights }, {
    levels: [[1, 1]],
    groups: 1,
    points: 1,
  }).retain();
  assertEquals([...await y.read()], [3, 6, 9, 12, 3, 6, 9, 12]);
  backward(y, Tensor.from(gpu, new Float32Array(8).fill(1), [1, 1, 2, 4]));
  assertEquals([...await bank.gradient!.read()], [6, 6, 6, 6]);
});

gpuTest("sampleViews says what does not fit", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  const samples = {
    location: zeros(1, 6, 2),
    view: Tensor.zeros(gpu, [1, 6], "u32"),
    weights: zeros(1, 6, 1),
  };
  const layout = { levels: [[2, 2]] as const, groups: 2, points: 3 };
  for (
    const [channels, groups, message] of [
      [12, 2, "12 channels in 2 groups, each must have a multiple of 4"],
      [16, 4, "6 places, they must be 4 groups of 3 points a query"],
    ] as const
  ) {
    assertThrows(
      () => sampleViews([zeros(1, 4, channels)], samples, { ...layout, groups }),
      RangeError,
      `Cannot run sampleViews: ${message}`,
    );
  }
});
