import { assertThrows } from "@std/assert";
import { linear } from "../../../../../gpu/ops/nn/gemm/linear.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { matmul as reference } from "../../../../reference/nn/matmul.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

/** x weight^T + bias of flattened leading axes. */
function linearReference(x: F64, weight: F64, bias: F64 | null, relu = false): F64 {
  const inputs = x.shape.at(-1)!;
  const flat = { shape: [x.data.length / inputs, inputs], data: x.data };
  const y = reference(flat, weight, bias, {
    transposeB: true,
    activation: relu ? "relu" : "none",
  });
  return { shape: [...x.shape.slice(0, -1), weight.shape[0]!], data: y.data };
}

for (const [shape, outputs] of [[[7, 128], 18], [[2, 3, 5], 4], [[6], 3], [[33, 3], 64]] as const) {
  gpuTest(`linear [${shape}] to ${outputs}, with and without bias and relu`, async (gpu) => {
    const weight = [outputs, shape.at(-1)!];
    await checkOp(gpu, {
      inputs: [noiseArray(1, [...shape]), noiseArray(2, weight), noiseArray(3, [outputs])],
      op: (x, weight, bias) => linear(x, weight, bias, { activation: "relu" }),
      reference: (x: F64, weight: F64, bias: F64) => linearReference(x, weight, bias, true),
    });
    await checkOp(gpu, {
      inputs: [noiseArray(4, [...shape]), noiseArray(5, weight)],
      op: (x, weight) => linear(x, weight),
      reference: (x: F64, weight: F64) => linearReference(x, weight, null),
    });
  });
}

gpuTest("linear names the tensor of the wrong shape", (gpu) => {
  assertThrows(
    () => linear(Tensor.zeros(gpu, [2, 8]), Tensor.zeros(gpu, [4, 6])),
    RangeError,
    'Cannot run linear: "weight" must be [outputs=4, inputs=8], got [4, 6]',
  );
});
