import { assertEquals, assertThrows } from "@std/assert";
import { maxPool2d } from "../../../../../gpu/ops/nn/conv/max_pool2d.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { maxPool2d as reference } from "../../../../reference/nn/max_pool2d.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

const CASES: [shape: number[], kernel: number, stride: number, padding: number][] = [
  [[2, 3, 9, 14], 3, 2, 1],
  [[1, 2, 8, 7], 2, 2, 0],
  [[1, 1, 6, 6], 3, 1, 1],
  [[1, 5, 11, 13], 2, 3, 1],
  [[1, 1, 1, 1], 1, 1, 0],
];

for (const [shape, kernel, stride, padding] of CASES) {
  gpuTest(
    `maxPool2d [${shape}]: ${kernel}x${kernel} / ${stride}, padding ${padding}`,
    (gpu) =>
      checkOp(gpu, {
        inputs: [noiseArray(1, shape)],
        op: (x) => maxPool2d(x, { kernel, stride, padding }),
        reference: (x: F64) => reference(x, kernel, stride, padding),
        samples: 60,
      }),
  );
}

gpuTest("maxPool2d gives the gradient of equal values to the first", async (gpu) => {
  const x = variable(Tensor.from(gpu, [-3, -3, -3, -3], [1, 1, 2, 2]));
  backward(maxPool2d(x, { kernel: 2 }), Tensor.from(gpu, [5], [1, 1, 1, 1]));
  assertEquals([...await x.gradient!.read("f32")], [5, 0, 0, 0]);
});

gpuTest("maxPool2d refuses a padding without pixels", (gpu) => {
  assertThrows(
    () => maxPool2d(Tensor.zeros(gpu, [1, 1, 4, 4]), { kernel: 3, padding: 2 }),
    RangeError,
    "Cannot run maxPool2d: padding [2, 2] must be at most half the kernel [3, 3]",
  );
});
