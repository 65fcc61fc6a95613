import { Kernel } from "../../kernel.ts";
import { checkShapes } from "../../shape.ts";
import { record } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { reduceSnippet } from "../../wgsl/reduce.ts";
import forwardSource from "./layer_norm.wgsl" with { type: "text" };
import backwardSource from "./layer_norm_backward.wgsl" with { type: "text" };
import affineSource from "./layer_norm_backward_affine.wgsl" with { type: "text" };

const forward = new Kernel("gpu/ops/nn/layer_norm.wgsl", forwardSource, {
  include: [reduceSnippet],
});
const backward = new Kernel("gpu/ops/nn/layer_norm_backward.wgsl", backwardSource, {
  include: [reduceSnippet],
});
const backwardAffine = new Kernel("gpu/ops/nn/layer_norm_backward_affine.wgsl", affineSource, {
  include: [reduceSnippet],
});

/**
 * Normalises the last axis to mean 0 and (biased) variance 1, then scales and shifts it:
 * x [..., channels], weight and bias [channels] (Ba et al. 2016).
 */
export function layerNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { eps = 1e-5 }: { eps?: number } = {},
): Tensor {
  const { leading: rows, channels } = checkShapes("layerNorm", {
    x: [x, "...", "channels"],
    weight: [weight, "channels"],
    bias: [bias, "channels"],
  }) as { leading: number; channels: number };
  const { gpu } = x;
  const y = Tensor.empty(gpu, x.shape);
  const stats = Tensor.empty(gpu, [rows, 2]);
  forward.dispatch(gpu, { x, weight, bias, y, stats }, { channels, rows, eps }, { groups: rows });
  return record("layerNorm", [x, weight, bias], y, (dy, needs) => {
    const dx = needs[0] ? Tensor.empty(gpu, x.shape) : null;
    if (dx) {
      backward.dispatch(gpu, { x, weight, stats, dy, dx }, { channels, rows }, { groups: rows });
    }
    const dweight = Tensor.empty(gpu, [channels]);
    const dbias = Tensor.empty(gpu, [channels]);
    backwardAffine.dispatch(gpu, { x, stats, dy, dweight, dbias }, { channels, rows }, {
      groups: channels,
    });
    return [dx, dweight, dbias];
  });
}
