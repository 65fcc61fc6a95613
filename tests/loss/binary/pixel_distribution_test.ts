import type { Tensor } from "../../../gpu/tensor.ts";
import { pixelDistribution } from "../../../loss/binary/pixel_distribution.ts";
import { pixelDistribution as reference } from "../../reference/loss/binary_losses.ts";
import { checkOp, type F64, gpuTest, noise, noiseArray } from "../../support.ts";

function multiHot(seed: number, shape: number[]): F64 {
  return { shape, data: noise(seed, shape[0]! * shape[1]!).map((x) => x > 0.6 ? 1 : 0) };
}

for (const sigmoid of [false, true]) {
  const kind = sigmoid ? "sigmoid" : "softmax";
  for (const [rays, bins] of [[1, 1], [1, 2], [7, 5], [67, 129], [131, 3]] as const) {
    gpuTest(`pixelDistribution of ${kind} [${rays}, ${bins}]`, (gpu) =>
      checkOp(gpu, {
        inputs: [noiseArray(61, [rays, bins], -4, 4), multiHot(62, [rays, bins])],
        op: (logits, targets) => pixelDistribution(logits, targets, { sigmoid }),
        reference: (logits, targets) => reference(logits, targets, sigmoid),
        fixed: [1],
        gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
      }));
  }
  gpuTest(`pixelDistribution of ${kind} where a bin takes all, or logarithms stop`, async (gpu) => {
    const rows = [[60, 0, 0], [-60, 60, 1], [150, 20, -30], [0, 0, 0], [5, 5, -5], [-150, -200, 0]];
    const targets = [[0, 1, 0], [1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 1, 1], [1, 0, 0]];
    await checkOp(gpu, {
      inputs: [
        { shape: [6, 3], data: Float64Array.from(rows.flat()) },
        { shape: [6, 3], data: Float64Array.from(targets.flat()) },
      ],
      op: (logits: Tensor, targets: Tensor) => pixelDistribution(logits, targets, { sigmoid }),
      reference: (logits, targets) => reference(logits, targets, sigmoid),
      fixed: [1],
      gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
    });
  });
}
