import { assertThrows } from "@std/assert";
import { batchNorm2d, foldBatchNorm } from "../../../../../gpu/ops/nn/norm/batch_norm.ts";
import { conv2d } from "../../../../../gpu/ops/nn/conv/conv2d.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { batchNorm2d as reference, channelMoments } from "../../../../reference/nn/batch_norm.ts";
import { conv2d as convReference } from "../../../../reference/nn/conv2d.ts";
import { assertClose, checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

const onGpu = (gpu: Parameters<typeof Tensor.from>[0], { data, shape }: F64) =>
  Tensor.from(gpu, Float32Array.from(data), shape);

for (const shape of [[2, 3, 5, 7], [6, 1, 1, 1], [1, 5, 67, 64], [3, 130, 2, 1]]) {
  const channels = shape[1]!;
  const weight = noiseArray(2, [channels], 0.5, 1.5);
  const bias = noiseArray(3, [channels]);
  gpuTest(`batchNorm2d [${shape}]: running statistics, relu`, (gpu) => {
    const mean = noiseArray(4, [channels]);
    const variance = noiseArray(5, [channels], 0.2, 2);
    const running = { runningMean: onGpu(gpu, mean), runningVariance: onGpu(gpu, variance) };
    return checkOp(gpu, {
      inputs: [noiseArray(1, shape, -2, 3), weight, bias],
      op: (x, weight, bias) => batchNorm2d(x, { weight, bias, ...running }, { activation: "relu" }),
      reference: (x: F64, weight: F64, bias: F64) =>
        reference(x, weight, bias, {
          statistics: { mean: mean.data, variance: variance.data },
          activation: "relu",
        }),
      // Sums of thousands of values that mostly cancel.
      gradientTolerance: { atol: 1e-3, rtol: 1e-3 },
      samples: 12,
    });
  });

  if (shape[0]! * shape[2]! * shape[3]! > 3) {
    gpuTest(`batchNorm2d [${shape}]: statistics of the batch`, async (gpu) => {
      const x = noiseArray(6, shape, -2, 3);
      const runningMean = Tensor.from(gpu, new Float32Array(channels).fill(0.25));
      const runningVariance = Tensor.from(gpu, new Float32Array(channels).fill(2));
      await checkOp(gpu, {
        inputs: [x, weight, bias],
        op: (x, weight, bias) =>
          batchNorm2d(x, { weight, bias, runningMean, runningVariance }, {
            training: true,
            momentum: 0.1,
            eps: 1e-3,
          }),
        reference: (x: F64, weight: F64, bias: F64) => reference(x, weight, bias, { eps: 1e-3 }),
        gradientTolerance: { atol: 1e-3, rtol: 1e-3 },
        samples: 6,
      });
      const { mean, variance } = channelMoments(x);
      const count = x.data.length / channels;
      assertClose(await runningMean.read("f32"), mean.map((value) => 0.9 * 0.25 + 0.1 * value));
      assertClose(
        await runningVariance.read("f32"),
        variance.map((value) => 0.9 * 2 + 0.1 * value * count / (count - 1)),
      );
    });
  }
}

gpuTest("a folded batch norm is a convolution's affine", async (gpu) => {
  const x = noiseArray(7, [1, 3, 4, 5]);
  const kernel = noiseArray(8, [4, 3, 3, 3]);
  const [weight, bias, mean, variance] = [9, 10, 11, 12].map((seed) =>
    noiseArray(seed, [4], 0.5, 1.5)
  ) as [F64, F64, F64, F64];
  const affine = foldBatchNorm({
    weight: onGpu(gpu, weight),
    bias: onGpu(gpu, bias),
    runningMean: onGpu(gpu, mean),
    runningVariance: onGpu(gpu, variance),
  });
  const y = conv2d(onGpu(gpu, x), onGpu(gpu, kernel), null, { affine, padding: 1 });
  const apart = reference(convReference(x, kernel, null, null, { padding: [1, 1] }), weight, bias, {
    statistics: { mean: mean.data, variance: variance.data },
  });
  assertClose(await y.read("f32"), apart.data);
});

gpuTest("batchNorm2d names what does not fit", (gpu) => {
  const ones = Tensor.zeros(gpu, [3]);
  const values = { weight: ones, bias: ones, runningMean: ones, runningVariance: ones };
  assertThrows(
    () => batchNorm2d(Tensor.zeros(gpu, [1, 4, 2, 2]), values),
    RangeError,
    'Cannot run batchNorm2d: "weight" must be [4], got [3]',
  );
});
