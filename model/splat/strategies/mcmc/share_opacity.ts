import { inRows } from "../../../../gpu/binding/rows.ts";
import { Kernel } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import source from "./share_opacity.wgsl" with { type: "text" };

const kernel = new Kernel("model/splat/strategies/mcmc/share_opacity.wgsl", source);

/**
 * Gives Gaussians the opacity and scales with which they and their copies, f32 [n] of them, look as they
 * did alone; in place, and nothing where there are none. Opacity [n] as logits, scaling [n, 3] as
 * logarithms.
 */
export function shareOpacity(
  tensors: { readonly opacity: Tensor; readonly scaling: Tensor; readonly copies: Tensor },
): void {
  const { opacity, scaling, copies } = tensors;
  const { gpu } = opacity;
  const { n } = checkShapes("shareOpacity", {
    opacity: [opacity, "n"],
    scaling: [scaling, "n", 3],
    copies: [copies, "n"],
  });
  inRows(n, { opacity, scaling, copies }, (pieces, count) => {
    kernel.dispatch(gpu, pieces, { count }, { threads: count });
  });
}
