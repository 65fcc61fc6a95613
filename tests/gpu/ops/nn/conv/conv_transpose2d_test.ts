import { assertThrows } from "@std/assert";
import { convTranspose2d } from "../../../../../gpu/ops/nn/conv/conv_transpose2d.ts";
import type { Tiling } from "../../../../../gpu/ops/nn/gemm/gemm_plan.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { convTranspose2d as reference } from "../../../../reference/nn/conv_transpose2d.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

interface Case {
  x: [number, number, number, number];
  weight: [number, number, number, number];
  stride?: [number, number];
  padding?: [number, number];
}

const CASES: Record<string, Case> = {
  "1x1": { x: [2, 5, 3, 4], weight: [5, 6, 1, 1] },
  "2x2": { x: [2, 8, 3, 5], weight: [8, 3, 2, 2] },
  "4x4": { x: [1, 3, 2, 3], weight: [3, 5, 4, 4] },
  "3x1": { x: [1, 4, 4, 7], weight: [4, 2, 3, 1] },
  "overlapping, padded": {
    x: [1, 3, 4, 5],
    weight: [3, 4, 4, 3],
    stride: [2, 2],
    padding: [1, 1],
  },
  "with gaps": { x: [1, 2, 3, 3], weight: [2, 3, 2, 1], stride: [3, 2] },
};

for (const tiling of ["registers", "workgroup"] satisfies Tiling[]) {
  for (const [name, { x, weight, stride, padding }] of Object.entries(CASES)) {
    gpuTest(`convTranspose2d ${tiling}: ${name}`, (gpu) =>
      checkOp(gpu, {
        inputs: [noiseArray(1, x), noiseArray(2, weight), noiseArray(3, [weight[1]])],
        op: (x, weight, bias) =>
          convTranspose2d(x, weight, bias, {
            ...(stride && { stride }),
            ...(padding && { padding }),
            tiling,
          }),
        reference: (x: F64, weight: F64, bias: F64) =>
          reference(x, weight, bias, stride ?? [weight.shape[2]!, weight.shape[3]!], padding),
        samples: 12,
      }));
  }
}

gpuTest("convTranspose2d names what does not fit", (gpu) => {
  assertThrows(
    () => convTranspose2d(Tensor.zeros(gpu, [1, 4, 2, 2]), Tensor.zeros(gpu, [3, 2, 2, 2])),
    RangeError,
    'Cannot run convTranspose2d: "weight" must be [inputs=4, outputs, kernel height, kernel width], got [3, 2, 2, 2]',
  );
});
