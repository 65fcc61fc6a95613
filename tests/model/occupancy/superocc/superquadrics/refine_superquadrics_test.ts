import { assertThrows } from "@std/assert";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { refineSuperquadrics } from "../../../../../model/occupancy/superocc/superquadrics/refine_superquadrics.ts";
import { refineSuperquadrics as reference } from "../../../../reference/occupancy/superocc.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

const RANGES = {
  range: [-8, -6, -5, 8, 10, 3],
  scales: [0.05, 1.6],
  u: [0.1, 2],
  v: [0.2, 1.5],
  step: [3, 2, 1],
} as const;

for (const [queries, each] of [[1, 1], [5, 2], [23, 4]] as const) {
  gpuTest(`refineSuperquadrics of ${queries} queries, ${each} each`, (gpu) => {
    // Some logits beyond the clamp, some queries so near the border that their centres are kept inside.
    const raw = noiseArray(1, [queries * each, 13], -12, 12);
    const centres = noiseArray(2, [queries, 3], -6, 4);
    const held = Tensor.from(gpu, Float32Array.from(centres.data), centres.shape);
    return checkOp(gpu, {
      inputs: [raw],
      op: (raw: Tensor) => {
        const { points: _, ...parts } = refineSuperquadrics(raw, held, RANGES);
        return Object.values(parts);
      },
      reference: (raw) => reference(raw, centres, RANGES),
      samples: 80,
    });
  });
}

gpuTest("refineSuperquadrics wants as many superquadrics for each query", (gpu) => {
  assertThrows(
    () => refineSuperquadrics(Tensor.zeros(gpu, [5, 13]), Tensor.zeros(gpu, [2, 3]), RANGES),
    RangeError,
    "Cannot run refineSuperquadrics: 5 superquadrics of 2 queries, each must have as many",
  );
});
