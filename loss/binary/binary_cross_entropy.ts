import { Kernel } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import { EXCLUDED, type Mask, maskedLabels } from "../voxels/masked_labels.ts";
import { partialGroups, weightedMean } from "../voxels/weighted_mean.ts";
import forwardSource from "./binary_cross_entropy.wgsl" with { type: "text" };
import backwardSource from "./binary_cross_entropy_backward.wgsl" with { type: "text" };

const forward = new Kernel("loss/binary/binary_cross_entropy.wgsl", forwardSource, {
  include: [reduceSnippet],
});
const backward = new Kernel("loss/binary/binary_cross_entropy_backward.wgsl", backwardSource);

const CLAMP = { low: 1e-6, high: 1 - 1e-6 };

/**
 * Mean binary cross-entropy of the probability that a voxel is occupied, probs [voxels] clamped to
 * [1e-6, 1 - 1e-6] (no gradient outside), against labels u32 [voxels] other than `empty`.
 */
export function binaryCrossEntropy(
  probs: Tensor,
  labels: Tensor,
  { empty, ignore = EXCLUDED, mask }: { empty: number; ignore?: number; mask?: Mask },
): Tensor {
  const { voxels } = checkShapes("binaryCrossEntropy", {
    probs: [probs, "voxels"],
    labels: [labels, "voxels"],
    mask: [mask, "voxels"],
  });
  const { gpu } = probs;
  const targets = maskedLabels(labels, mask);
  const uniforms = { voxels, empty, ignore, ...CLAMP };
  const groups = partialGroups(voxels);
  const partials = Tensor.empty(gpu, [groups, 2]);
  forward.dispatch(gpu, { probs, labels: targets, partials }, uniforms, { groups });
  const { loss, weight: total } = weightedMean(partials);
  return record("binaryCrossEntropy", [probs], loss, (dy) => {
    const dprobs = Tensor.empty(gpu, probs.shape);
    backward.dispatch(gpu, { probs, labels: targets, total, dy, dprobs }, uniforms, {
      threads: voxels,
    });
    return [dprobs];
  });
}
