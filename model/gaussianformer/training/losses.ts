import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { pixelDistribution } from "../../../loss/binary/pixel_distribution.ts";
import { frequencyWeights, MANUAL_CLASS_WEIGHTS } from "../../../loss/class_weights.ts";
import { occupancyTerms } from "../../../loss/occupancy_loss.ts";
import { maskedLabels } from "../../../loss/voxels/masked_labels.ts";
import { type Term, weightedTotal } from "../../../loss/weighted_total.ts";
import type { GaussianFormerConfig, LossConfig } from "../config/config.ts";
import type { Occupancy } from "../network/model.ts";
import { noTrace, type Trace } from "../network/trace.ts";

/** What a prediction is compared with. */
export interface Targets {
  /** u32 [voxels]: 1 to 16 are classes, 17 is empty, 0 is noise. */
  readonly labels: Tensor;
  /** u32 [voxels]: 1 where the label counts. */
  readonly mask: Tensor;
}

/** Weights [18] of the classes in the cross-entropy, or null where all count the same. */
export function classWeightsOf(gpu: Gpu, { balance }: LossConfig): Tensor | null {
  if (balance === "none") return null;
  const weights = balance === "manual" ? MANUAL_CLASS_WEIGHTS : frequencyWeights();
  return Tensor.from(gpu, Float32Array.from(weights));
}

/**
 * The loss of a prediction: terms of the supervised blocks, averaged (summed in `legacy`), and the
 * pixels' depth distributions where they were sampled. `scale` multiplies it all.
 */
export function modelLoss(
  { predictions, pixels }: Pick<Occupancy, "predictions" | "pixels">,
  { labels, mask }: Targets,
  { loss, head, legacy }: GaussianFormerConfig,
  { classWeights, scale = 1, trace = noTrace }: {
    readonly classWeights: Tensor | null;
    readonly scale?: number;
    readonly trace?: Trace;
  },
): Tensor {
  const targets = maskedLabels(labels, mask);
  const blocks = legacy ? 1 : predictions.length;
  const terms: Term[] = predictions.flatMap((prediction, block) => {
    const named = occupancyTerms(prediction, targets, {
      softmax: head.kind === "additive",
      classWeights,
      weights: {
        crossEntropy: loss.nll,
        lovasz: loss.lovasz,
        semScal: loss.semScal,
        geoScal: loss.geoScal,
        focal: loss.focal,
        dice: loss.dice,
      },
    });
    return Object.entries(named).map(([name, [value, weight]]): Term => {
      trace(`loss.${block}.${name}`, value);
      return [value, weight * scale / blocks];
    });
  });
  if (pixels && loss.pixel) {
    const value = pixelDistribution(pixels.logits, pixels.targets);
    trace("loss.pixel", value);
    terms.push([value, loss.pixel * scale]);
  }
  const total = weightedTotal(terms);
  trace("loss.total", total);
  return total;
}
