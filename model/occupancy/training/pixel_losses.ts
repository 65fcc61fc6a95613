import { permute } from "../../../gpu/ops/array/move/permute.ts";
import { reshape } from "../../../gpu/ops/array/move/reshape.ts";
import { argmax } from "../../../gpu/ops/array/reduce/argmax.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { pixelDistribution } from "../../../loss/binary/pixel_distribution.ts";
import { crossEntropy } from "../../../loss/voxels/cross_entropy.ts";
import type { Term } from "../../../loss/weighted_total.ts";
import type { LossConfig } from "../config/model_config.ts";
import type { PixelDistributions } from "../network/occupancy_network.ts";

/** The losses of the pixels' depth distributions that have a weight. */
export function pixelTerms(
  { logits, targets }: PixelDistributions,
  { pixel, pixelSigmoid, depth }: LossConfig,
): Partial<Record<"pixel" | "depth", Term>> {
  return {
    ...(pixel
      ? { pixel: [pixelDistribution(logits, targets, { sigmoid: pixelSigmoid }), pixel] }
      : {}),
    ...(depth ? { depth: [firstBinCrossEntropy(logits, targets), depth] } : {}),
  };
}

/** Cross-entropy of each ray's first occupied bin, or of the one that says that there is none. */
function firstBinCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const bins = logits.shape.at(-1)!;
  const rays = logits.size / bins;
  return crossEntropy(
    permute(reshape(logits, [rays, bins]), [1, 0]),
    argmax(reshape(targets, [rays, bins]), 1),
    {},
  );
}
