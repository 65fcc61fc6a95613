// reference: the same numbers in the same order
import { assertEquals, assertThrows } from "@std/assert";
import { reshape } from "../../../../../gpu/ops/array/move/reshape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

const cases: [from: number[], to: number[], full: number[]][] = [
  [[6, 35], [14, 15], [14, 15]],
  [[2, 3, 5], [-1, 5], [6, 5]],
  [[1], [1, 1, -1], [1, 1, 1]],
];
for (const [from, to, full] of cases) {
  gpuTest(`reshape [${from}] to [${to}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, from)],
      op: (x: Tensor) => reshape(x, to),
      reference: (x: F64) => ({ shape: full, data: x.data }),
      tolerance: { atol: 0, rtol: 0 },
    }));
}

gpuTest("reshape refuses another size", (gpu) => {
  const x = Tensor.zeros(gpu, [2, 3]);
  assertEquals(reshape(x, [3, -1]).shape, [3, 2]);
  assertThrows(() => reshape(x, [4]), RangeError);
  assertThrows(() => reshape(x, [4, -1]), RangeError);
});
