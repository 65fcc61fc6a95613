import { Kernel } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import type { ClassLossOptions } from "../voxels/cross_entropy.ts";
import { maskedLabels } from "../voxels/masked_labels.ts";
import {
  classGradient,
  classStatisticsSnippet,
  classSums,
  emptyClassGradients,
} from "./class_sums.ts";
import source from "./dice.wgsl" with { type: "text" };

const kernel = new Kernel("loss/overlap/dice.wgsl", source, { include: [classStatisticsSnippet] });

/**
 * Dice loss of mmsegmentation with exponent 2 and smoothing 1, on probabilities [classes, voxels]
 * against labels u32 [voxels]: weighted mean over all classes. What is left out counts nowhere.
 */
export function dice(
  probs: Tensor,
  labels: Tensor,
  { classWeights, ignore = 255, mask }: ClassLossOptions = {},
): Tensor {
  const { channels } = checkShapes("dice", {
    probs: [probs, "channels", "voxels"],
    labels: [labels, "voxels"],
    classWeights: [classWeights, "channels"],
    mask: [mask, "voxels"],
  });
  const { gpu } = probs;
  const targets = maskedLabels(labels, mask);
  const loss = Tensor.empty(gpu, []);
  const gradients = emptyClassGradients(probs);
  const sums = classSums(probs, targets, ignore);
  kernel.dispatch(
    gpu,
    { sums, weights: classWeights ?? probs, loss, gradients },
    { channels },
    { groups: 1 },
    { WEIGHTED: classWeights ? 1 : 0 },
  );
  return record(
    "dice",
    [probs],
    loss,
    (dy) => [classGradient(probs, targets, gradients, { dy, ignore })],
  );
}
