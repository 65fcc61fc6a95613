import { Kernel, type Snippet } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import { logSigmoidSnippet } from "../voxels/log_sigmoid.ts";
import { partialGroups, weightedMean } from "../voxels/weighted_mean.ts";
import sigmoidSource from "./pixel_sigmoid.wgsl" with { type: "text" };
import sigmoidBackwardSource from "./pixel_sigmoid_backward.wgsl" with { type: "text" };
import softmaxSource from "./pixel_softmax.wgsl" with { type: "text" };
import softmaxBackwardSource from "./pixel_softmax_backward.wgsl" with { type: "text" };
import raySource from "./ray_softmax.wgsl" with { type: "text" };

const raySnippet: Snippet = { path: "loss/binary/ray_softmax.wgsl", source: raySource };
const softmaxForward = new Kernel("loss/binary/pixel_softmax.wgsl", softmaxSource, {
  include: [reduceSnippet, raySnippet],
});
const softmaxBackward = new Kernel(
  "loss/binary/pixel_softmax_backward.wgsl",
  softmaxBackwardSource,
  { include: [raySnippet] },
);
const sigmoidForward = new Kernel("loss/binary/pixel_sigmoid.wgsl", sigmoidSource, {
  include: [reduceSnippet, logSigmoidSnippet],
});
const sigmoidBackward = new Kernel(
  "loss/binary/pixel_sigmoid_backward.wgsl",
  sigmoidBackwardSource,
  { include: [logSigmoidSnippet] },
);

/**
 * Pixel distribution loss of GaussianFormer-2: mean binary cross-entropy between the distribution
 * over the depth bins of each ray and the bins that are occupied, logits and targets f32
 * [..., bins]. The distribution is a softmax over the bins, or a sigmoid of each; logarithms stop
 * at -100 as PyTorch's do.
 */
export function pixelDistribution(
  logits: Tensor,
  targets: Tensor,
  { sigmoid = false }: { sigmoid?: boolean } = {},
): Tensor {
  const { leading: rays, bins } = checkShapes("pixelDistribution", {
    logits: [logits, "...", "bins"],
    targets: [targets, "...", "bins"],
  });
  const { gpu, size } = logits;
  const groups = partialGroups(sigmoid ? size : rays);
  const partials = Tensor.empty(gpu, [groups, 2]);
  const inputs = { logits, targets };
  if (sigmoid) sigmoidForward.dispatch(gpu, { ...inputs, partials }, { size }, { groups });
  else softmaxForward.dispatch(gpu, { ...inputs, partials }, { rays, bins }, { groups });
  const { loss } = weightedMean(partials);
  return record("pixelDistribution", [logits], loss, (dy) => {
    const dlogits = Tensor.empty(gpu, logits.shape);
    const outputs = { ...inputs, dy, dlogits };
    if (sigmoid) sigmoidBackward.dispatch(gpu, outputs, { size }, { threads: size });
    else softmaxBackward.dispatch(gpu, outputs, { rays, bins }, { threads: rays });
    return [dlogits];
  });
}
