import { Kernel } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import { channelSoftmax } from "./channel_softmax.ts";
import type { ClassLossOptions } from "./cross_entropy.ts";
import sigmoidSource from "./focal_sigmoid.wgsl" with { type: "text" };
import sigmoidBackwardSource from "./focal_sigmoid_backward.wgsl" with { type: "text" };
import softmaxSource from "./focal_softmax.wgsl" with { type: "text" };
import softmaxBackwardSource from "./focal_softmax_backward.wgsl" with { type: "text" };
import { logSigmoidSnippet } from "./log_sigmoid.ts";
import { maskedLabels } from "./masked_labels.ts";
import { partialGroups, weightedMean } from "./weighted_mean.ts";

const include = [reduceSnippet, logSigmoidSnippet];
const sigmoidForward = new Kernel("loss/voxels/focal_sigmoid.wgsl", sigmoidSource, { include });
const sigmoidBackward = new Kernel(
  "loss/voxels/focal_sigmoid_backward.wgsl",
  sigmoidBackwardSource,
  { include: [logSigmoidSnippet] },
);
const softmaxForward = new Kernel("loss/voxels/focal_softmax.wgsl", softmaxSource, {
  include: [reduceSnippet],
});
const softmaxBackward = new Kernel(
  "loss/voxels/focal_softmax_backward.wgsl",
  softmaxBackwardSource,
);

/** Which focal loss, and which voxels it counts. */
export interface FocalOptions extends ClassLossOptions {
  /** Whether each class is a decision of its own (sigmoid), or the label's probability alone counts. */
  readonly softmax?: boolean;
  /** Exponent of what is missing to 1. */
  readonly gamma?: number;
  /** Weight of the true class against the others. */
  readonly alpha?: number;
  /** Factor of each voxel, f32 [voxels]; the original's grows with the distance from the car. */
  readonly voxelWeights?: Tensor | null | undefined;
}

/**
 * Focal loss (Lin et al. 2017): logits [classes, voxels], labels u32 [voxels]; sum over the classes,
 * mean over the voxels that count. The weight of a voxel is that of its label's class.
 */
export function focal(
  logits: Tensor,
  labels: Tensor,
  options: FocalOptions = {},
): Tensor {
  const { softmax = false, gamma = 2, alpha = 0.25, ignore = 255 } = options;
  const { classWeights, voxelWeights, mask } = options;
  const { channels, voxels } = checkShapes("focal", {
    logits: [logits, "channels", "voxels"],
    labels: [labels, "voxels"],
    classWeights: [classWeights, "channels"],
    voxelWeights: [voxelWeights, "voxels"],
    mask: [mask, "voxels"],
  });
  const { gpu } = logits;
  const targets = maskedLabels(labels, mask);
  const uniforms = { channels, voxels, ignore, gamma, alpha };
  const constants = { WEIGHTED: classWeights ? 1 : 0, FACTORED: voxelWeights ? 1 : 0 };
  const input = softmax ? channelSoftmax(logits) : logits;
  const shared = {
    labels: targets,
    weights: classWeights ?? input,
    factors: voxelWeights ?? input,
  };
  const groups = partialGroups(voxels);
  const partials = Tensor.empty(gpu, [groups, 2]);
  if (softmax) {
    softmaxForward.dispatch(
      gpu,
      { probs: input, ...shared, partials },
      uniforms,
      { groups },
      constants,
    );
  } else {
    sigmoidForward.dispatch(
      gpu,
      { logits: input, ...shared, partials },
      uniforms,
      { groups },
      constants,
    );
  }
  const { loss, weight: total } = weightedMean(partials);
  const work = { threads: voxels };
  return record("focal", [input], loss, (dy) => {
    const gradient = Tensor.zeros(gpu, input.shape);
    if (softmax) {
      softmaxBackward.dispatch(
        gpu,
        { probs: input, ...shared, total, dy, dprobs: gradient },
        uniforms,
        work,
        constants,
      );
    } else {
      sigmoidBackward.dispatch(
        gpu,
        { logits: input, ...shared, total, dy, dlogits: gradient },
        uniforms,
        work,
        constants,
      );
    }
    return [gradient];
  });
}
