import { multiply, subtract } from "../../gpu/ops/array/elementwise/binary.ts";
import { addScalar, relu } from "../../gpu/ops/array/elementwise/unary.ts";
import { reshape } from "../../gpu/ops/array/move/reshape.ts";
import { mean } from "../../gpu/ops/array/reduce/sum.ts";
import { gatherRows, takeRows } from "../../gpu/ops/array/rows/gather_rows.ts";
import { noGradient } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { weighted } from "./depth_losses.ts";

/** How much nearer what is nearer must be, in inverse depth. */
const MARGIN = 1e-4;

/** Pixels by pairs, u32 [pairs] each. */
export interface OrderedPairs {
  /** Those that are nearer. */
  readonly near: Tensor;
  /** Those that are farther. */
  readonly far: Tensor;
}

/**
 * How far an inverse depth has pairs of pixels in the wrong order: the mean of max(0, far - near + 0.0001), over
 * the pairs of which both count where a mask of ones and zeros is given. Blind to all but the order, as priors
 * of single pictures want it (SparseNeRF, Wang et al. 2023).
 */
export function ordinalLoss(
  inverseDepth: Tensor,
  { near, far }: OrderedPairs,
  mask: Tensor | null = null,
): Tensor {
  const flat = reshape(inverseDepth, [inverseDepth.size, 1]);
  const wrong = relu(addScalar(subtract(gatherRows(flat, far), gatherRows(flat, near)), MARGIN));
  if (!mask) return mean(wrong);
  const counts = noGradient(mask.gpu, () => {
    const all = mask.alias([mask.size, 1]);
    return multiply(takeRows(all, near), takeRows(all, far));
  });
  return weighted(wrong, counts);
}
