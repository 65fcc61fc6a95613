import { Kernel } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import type { ClassLossOptions } from "./cross_entropy.ts";
import { maskedLabels } from "./masked_labels.ts";
import forwardSource from "./nll.wgsl" with { type: "text" };
import backwardSource from "./nll_backward.wgsl" with { type: "text" };
import { partialGroups, weightedMean } from "./weighted_mean.ts";

const forward = new Kernel("loss/voxels/nll.wgsl", forwardSource, { include: [reduceSnippet] });
const backward = new Kernel("loss/voxels/nll_backward.wgsl", backwardSource);

// GaussianFormer-2 clamps probabilities to [1e-6, 1 - 1e-6]; no gradient passes outside.
const CLAMP = { low: 1e-6, high: 1 - 1e-6 };

/**
 * Weighted mean over the voxels of -log probs[label]: probs [classes, voxels] (channels first),
 * labels u32 [voxels]; left out as in `crossEntropy`.
 */
export function nllOnProbabilities(
  probs: Tensor,
  labels: Tensor,
  { classWeights, ignore = 255, mask }: ClassLossOptions = {},
): Tensor {
  const { channels, voxels } = checkShapes("nllOnProbabilities", {
    probs: [probs, "channels", "voxels"],
    labels: [labels, "voxels"],
    classWeights: [classWeights, "channels"],
    mask: [mask, "voxels"],
  });
  const { gpu } = probs;
  const targets = maskedLabels(labels, mask);
  const weights = classWeights ?? probs;
  const constants = { WEIGHTED: classWeights ? 1 : 0 };
  const uniforms = { channels, voxels, ignore, ...CLAMP };
  const groups = partialGroups(voxels);
  const partials = Tensor.empty(gpu, [groups, 2]);
  forward.dispatch(
    gpu,
    { probs, labels: targets, weights, partials },
    uniforms,
    { groups },
    constants,
  );
  const { loss, weight: total } = weightedMean(partials);
  return record("nllOnProbabilities", [probs], loss, (dy) => {
    const dprobs = Tensor.zeros(gpu, probs.shape);
    backward.dispatch(
      gpu,
      { probs, labels: targets, weights, total, dy, dprobs },
      uniforms,
      { threads: voxels },
      constants,
    );
    return [dprobs];
  });
}
