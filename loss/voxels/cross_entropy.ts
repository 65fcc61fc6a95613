import { Kernel } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import forwardSource from "./cross_entropy.wgsl" with { type: "text" };
import backwardSource from "./cross_entropy_backward.wgsl" with { type: "text" };
import { type Mask, maskedLabels } from "./masked_labels.ts";
import { partialGroups, weightedMean } from "./weighted_mean.ts";

const forward = new Kernel("loss/voxels/cross_entropy.wgsl", forwardSource, {
  include: [reduceSnippet],
});
const backward = new Kernel("loss/voxels/cross_entropy_backward.wgsl", backwardSource);

/** Which voxels a loss over classes counts, and how much. */
export interface ClassLossOptions {
  /** Weight of each class, f32 [classes]; none means 1. */
  readonly classWeights?: Tensor | null | undefined;
  /** Voxels of this label are left out. */
  readonly ignore?: number;
  /** Voxels where this u32 [voxels] is 0 are left out. */
  readonly mask?: Mask;
}

/**
 * Weighted mean over the voxels of -log softmax(logits)[label]: logits [classes, voxels] (channels
 * first), labels u32 [voxels]. Labels past the classes are left out like `ignore`; where no voxel
 * is left the loss is 0.
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  { classWeights, ignore = 255, mask }: ClassLossOptions = {},
): Tensor {
  const { channels, voxels } = checkShapes("crossEntropy", {
    logits: [logits, "channels", "voxels"],
    labels: [labels, "voxels"],
    classWeights: [classWeights, "channels"],
    mask: [mask, "voxels"],
  });
  const { gpu } = logits;
  const targets = maskedLabels(labels, mask);
  const weights = classWeights ?? logits;
  const constants = { WEIGHTED: classWeights ? 1 : 0 };
  const uniforms = { channels, voxels, ignore };
  const groups = partialGroups(voxels);
  const partials = Tensor.empty(gpu, [groups, 2]);
  const normalisers = Tensor.empty(gpu, [voxels, 2]);
  forward.dispatch(
    gpu,
    { logits, labels: targets, weights, normalisers, partials },
    uniforms,
    { groups },
    constants,
  );
  const { loss, weight: total } = weightedMean(partials);
  return record("crossEntropy", [logits], loss, (dy) => {
    const dlogits = Tensor.empty(gpu, logits.shape);
    backward.dispatch(
      gpu,
      { logits, labels: targets, weights, normalisers, total, dy, dlogits },
      uniforms,
      { threads: voxels },
      constants,
    );
    return [dlogits];
  });
}
