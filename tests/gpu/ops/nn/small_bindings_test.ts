import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { slice } from "../../../../gpu/ops/array/move/slice.ts";
import { batchNorm2d } from "../../../../gpu/ops/nn/norm/batch_norm.ts";
import { conv2d } from "../../../../gpu/ops/nn/conv/conv2d.ts";
import { convTranspose2d } from "../../../../gpu/ops/nn/conv/conv_transpose2d.ts";
import { layerNorm } from "../../../../gpu/ops/nn/norm/layer_norm.ts";
import { linear } from "../../../../gpu/ops/nn/gemm/linear.ts";
import { matmul } from "../../../../gpu/ops/nn/gemm/matmul.ts";
import { maxPool2d } from "../../../../gpu/ops/nn/conv/max_pool2d.ts";
import { resize2d } from "../../../../gpu/ops/nn/resize2d.ts";
import { softmax } from "../../../../gpu/ops/nn/softmax.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { batchNorm2d as batchNormReference } from "../../../reference/nn/batch_norm.ts";
import { conv2d as convReference } from "../../../reference/nn/conv2d.ts";
import { convTranspose2d as transposeReference } from "../../../reference/nn/conv_transpose2d.ts";
import { layerNorm as layerNormReference } from "../../../reference/nn/layer_norm.ts";
import { matmul as matmulReference } from "../../../reference/nn/matmul.ts";
import { maxPool2d as poolReference } from "../../../reference/nn/max_pool2d.ts";
import { resize2d as resizeReference } from "../../../reference/nn/resize2d.ts";
import { softmax as softmaxReference } from "../../../reference/nn/softmax.ts";
import { checkOp, type F64, gpuTest, noiseArray, type OpCheck } from "../../../support.ts";

/** Tensors beyond one binding, at a size that a test can afford: bindings of 8 KiB. */
function narrowTest(name: string, check: () => OpCheck) {
  gpuTest(`bindings of 8 KiB: ${name}`, (gpu) => checkOp(gpu, { samples: 6, ...check() }), {
    tuning: { mostBound: 8192 },
  });
}

narrowTest("matmul with many rows, and its gradients over a long depth", () => ({
  inputs: [noiseArray(1, [530, 12]), noiseArray(2, [20, 12]), noiseArray(3, [20])],
  op: (a, b, bias) => matmul(a, b, { transposeB: true, bias, activation: "relu" }),
  reference: (a: F64, b: F64, bias: F64) =>
    matmulReference(a, b, bias, { transposeB: true, activation: "relu" }),
}));

narrowTest("matmul of many batches, one side shared", () => ({
  inputs: [noiseArray(4, [6, 30]), noiseArray(5, [9, 30, 33])],
  op: (a, b) => matmul(a, b),
  reference: (a: F64, b: F64) => matmulReference(a, b, null),
}));

narrowTest("matmul with many columns", () => ({
  inputs: [noiseArray(6, [3, 9]), noiseArray(7, [601, 9]), noiseArray(8, [601])],
  op: (a, b, bias) => matmul(a, b, { transposeB: true, bias }),
  reference: (a: F64, b: F64, bias: F64) => matmulReference(a, b, bias, { transposeB: true }),
}));

for (const kernel of [1, 3]) {
  narrowTest(`conv2d ${kernel}x${kernel}, image by image`, () => ({
    inputs: [
      noiseArray(9, [5, 4, 10, 15]),
      noiseArray(10, [6, 4, kernel, kernel]),
      noiseArray(11, [5, 6, 10, 15]),
    ],
    op: (x, weight, residual) =>
      conv2d(x, weight, null, { padding: kernel >> 1, residual, activation: "relu" }),
    reference: (x: F64, weight: F64, residual: F64) =>
      convReference(x, weight, null, residual, {
        padding: [kernel >> 1, kernel >> 1],
        activation: "relu",
      }),
  }));
}

narrowTest("convTranspose2d", () => ({
  inputs: [noiseArray(12, [3, 5, 7, 9]), noiseArray(13, [5, 4, 2, 2]), noiseArray(14, [4])],
  op: (x, weight, bias) => convTranspose2d(x, weight, bias),
  reference: (x: F64, weight: F64, bias: F64) => transposeReference(x, weight, bias, [2, 2]),
}));

narrowTest("batchNorm2d by the batch, resize2d and maxPool2d", () => ({
  inputs: [noiseArray(15, [4, 7, 9, 11]), noiseArray(16, [7], 0.5, 1.5), noiseArray(17, [7])],
  op: (x: Tensor, weight: Tensor, bias: Tensor) => {
    const runningMean = Tensor.zeros(x.gpu, [7]);
    const runningVariance = Tensor.zeros(x.gpu, [7]);
    const held = { weight, bias, runningMean, runningVariance };
    const y = batchNorm2d(x, held, { training: true });
    return maxPool2d(resize2d(y, [13, 14], "bilinear"), { kernel: 2 });
  },
  reference: (x: F64, weight: F64, bias: F64) =>
    poolReference(
      resizeReference(batchNormReference(x, weight, bias), [13, 14], "bilinear"),
      2,
      2,
      0,
    ),
}));

// 2048 numbers a binding: [533, 13] and [533, 12] are larger, as [144000, 256] is on llvmpipe.
for (const channels of [12, 13]) {
  narrowTest(`layerNorm of ${channels} channels, by the rows`, () => ({
    inputs: [
      noiseArray(20, [533, channels]),
      noiseArray(21, [channels], 0.5, 1.5),
      noiseArray(22, [channels]),
    ],
    op: (x, weight, bias) => layerNorm(x, weight, bias),
    reference: layerNormReference,
  }));
}

for (
  const [name, shape, axis] of [
    ["rows", [300, 32], -1],
    ["short rows", [701, 5], -1],
    ["lines", [200, 4, 6], 1],
  ] as const
) {
  narrowTest(`softmax of ${name}`, () => ({
    inputs: [noiseArray(23, [...shape])],
    op: (x) => softmax(x, axis),
    reference: (x: F64) => softmaxReference(x, axis),
  }));
}

for (const widths of [[8, 4], [7, 6]] as const) {
  narrowTest(`concat and slice of ${widths.join(" and ")} columns`, () => ({
    inputs: widths.map((width, i) => noiseArray(24 + i, [601, width])),
    op: (a, b) => slice(concat([a, b], 1), 1, widths[0] - 4),
    reference: (a: F64, b: F64) => joined(a, b, widths[0] - 4),
  }));
}

narrowTest("what GaussianFormer does with 144 000 Gaussians: concat, norm, linear", () => ({
  inputs: [
    noiseArray(26, [411, 8]),
    noiseArray(27, [411, 8]),
    noiseArray(28, [16], 0.5, 1.5),
    noiseArray(29, [16]),
    noiseArray(30, [4, 16]),
  ],
  op: (a, b, weight, bias, w) => linear(layerNorm(concat([a, b], 1), weight, bias), w),
  reference: (a: F64, b: F64, weight: F64, bias: F64, w: F64) =>
    matmulReference(layerNormReference(joined(a, b, 0), weight, bias), w, null, {
      transposeB: true,
    }),
}));

/** Two arrays side by side, from a column on. */
function joined(a: F64, b: F64, from: number): F64 {
  const [rows, left, right] = [a.shape[0]!, a.shape[1]!, b.shape[1]!];
  const width = left + right - from;
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) {
      const column = from + i;
      data[row * width + i] = column < left
        ? a.data[row * left + column]!
        : b.data[row * right + column - left]!;
    }
  }
  return { shape: [rows, width], data };
}
