import { inRows } from "../../../../gpu/binding/rows.ts";
import { Kernel } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import source from "./share_opacity.wgsl" with { type: "text" };

const kernel = new Kernel("model/splat/strategies/mcmc/share_opacity.wgsl", source);

/**
 * Gives Gaussians the opacity and scales with which they and their copies, f32 [n] of them, look as they
 * did alone; in place, and nothing where there are none. Opacity [n] as logits, logScales [n, 3].
 */
export function shareOpacity(
  tensors: { readonly opacity: Tensor; readonly logScales: Tensor; readonly copies: Tensor },
): void {
  const { opacity, logScales, copies } = tensors;
  const { gpu } = opacity;
  const { n } = checkShapes("shareOpacity", {
    opacity: [opacity, "n"],
    logScales: [logScales, "n", 3],
    copies: [copies, "n"],
  });
  inRows(n, { opacity, log_scales: logScales, copies }, (pieces, count) => {
    kernel.dispatch(gpu, pieces, { count }, { threads: count });
  });
}
