import { assertEquals, assertThrows } from "@std/assert";
import { resize2d } from "../../../../gpu/ops/nn/resize2d.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { resize2d as reference } from "../../../reference/nn/resize2d.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../support.ts";

const CASES: [from: [number, number], to: [number, number]][] = [
  [[27, 5], [54, 10]],
  [[1, 1], [3, 2]],
  [[7, 11], [7, 11]],
  [[13, 8], [5, 31]],
  [[9, 10], [2, 1]],
  [[9, 10], [18, 20]],
  [[9, 10], [7, 4]],
];

for (const mode of ["nearest", "bilinear"] as const) {
  for (const [from, to] of CASES) {
    gpuTest(`resize2d ${mode}: [${from}] to [${to}]`, (gpu) =>
      checkOp(gpu, {
        inputs: [noiseArray(1, [2, 3, ...from])],
        op: (x) => resize2d(x, to, mode),
        reference: (x: F64) => reference(x, to, mode),
        samples: 60,
      }));
  }

  gpuTest(`resize2d ${mode} adds to what is there`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(2, [1, 2, 3, 4]), noiseArray(3, [1, 2, 6, 8])],
      op: (x, added) => resize2d(x, [6, 8], mode, { added }),
      reference: (x: F64, added: F64) => reference(x, [6, 8], mode, added),
    }));
}

gpuTest("resize2d of no images, and to nothing", (gpu) => {
  assertEquals(resize2d(Tensor.zeros(gpu, [0, 3, 2, 2]), [4, 4]).shape, [0, 3, 4, 4]);
  assertThrows(
    () => resize2d(Tensor.zeros(gpu, [1, 1, 2, 2]), [0, 4]),
    RangeError,
    "Cannot run resize2d: [2, 2] to [0, 4], every extent must be 1 or more",
  );
});
