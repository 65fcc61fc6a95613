import { assertThrows } from "@std/assert";
import type { Gpu } from "../../../../../gpu/device.ts";
import { deformAggregate } from "../../../../../gpu/ops/camera/aggregate/deform_aggregate.ts";
import type { FeatureLevels } from "../../../../../gpu/ops/camera/feature_levels.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { deformAggregate as reference } from "../../../../reference/camera/deform_aggregate.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

type Case = [number, number, number, number, number, FeatureLevels];

const CASES: Case[] = [
  [1, 1, 1, 1, 1, [[1, 1]]],
  [2, 13, 3, 6, 3, [[5, 7], [3, 2]]],
  [1, 70, 2, 10, 5, [[4, 3], [2, 5], [1, 1]]],
];

function check(gpu: Gpu, [batch, points, cameras, channels, groups, levels]: Case): Promise<void> {
  const pixels = levels.reduce((sum, [h, w]) => sum + h * w, 0);
  return checkOp(gpu, {
    inputs: [
      noiseArray(1, [batch, cameras, pixels, channels]),
      noiseArray(2, [batch, points, cameras, 2], -0.1, 1.1),
      noiseArray(3, [batch, points, cameras, levels.length, groups]),
    ],
    op: (features, location, weights) => deformAggregate(features, location, weights, { levels }),
    reference: (features, location, weights) => reference(features, location, weights, levels),
    step: 1e-6,
  });
}

for (const c of CASES) {
  const [batch, points, , channels] = c;
  gpuTest(
    `deformAggregate of ${batch}x${points} points, ${channels} channels`,
    (gpu) => check(gpu, c),
  );
}

gpuTest(
  "deformAggregate of more points than one binding holds, in windows across batches",
  (gpu) => check(gpu, [3, 70, 2, 10, 5, [[4, 3], [2, 5], [1, 1]]]),
  // Windows of 64 points of 120 bytes.
  { tuning: { mostBound: 8192 } },
);

gpuTest("deformAggregate says which levels do not fit", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  assertThrows(
    () =>
      deformAggregate(zeros(1, 1, 5, 4), zeros(1, 2, 1, 2), zeros(1, 2, 1, 1, 2), {
        levels: [[2, 2]],
      }),
    RangeError,
    "Cannot run deformAggregate: the levels have 4 pixels, the features have 5",
  );
});
