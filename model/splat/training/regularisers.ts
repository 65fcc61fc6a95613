import { mean } from "../../../gpu/ops/array/reduce/sum.ts";
import { exp, scale, sigmoid } from "../../../gpu/ops/array/elementwise/unary.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { ExtraOptions } from "../config.ts";
import type { Gaussians } from "../gaussians.ts";

/** Mean opacity of logits [n]. */
export function meanOpacity(logits: Tensor): Tensor {
  return mean(sigmoid(logits));
}

/** Mean standard deviation of logarithms [n, 3]. */
export function meanScale(logarithms: Tensor): Tensor {
  return mean(exp(logarithms));
}

/**
 * Terms f32 [] of the loss that hold Gaussians back whatever the picture says: the mean opacity and the
 * mean standard deviation, each times its weight. Faint and small Gaussians are free to go elsewhere
 * (Kheradmand et al. 2024, equation 11).
 */
export function regularisers(
  { opacity, logScales }: Pick<Gaussians, "opacity" | "logScales">,
  { opacity_reg, scale_reg }: Pick<ExtraOptions, "opacity_reg" | "scale_reg">,
): Tensor[] {
  const terms: Tensor[] = [];
  if (opacity_reg) terms.push(scale(meanOpacity(opacity.value), opacity_reg));
  if (scale_reg) terms.push(scale(meanScale(logScales.value), scale_reg));
  return terms;
}
