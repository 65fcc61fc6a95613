import { divide, multiply, subtract } from "../../gpu/ops/array/elementwise/binary.ts";
import { abs, addScalar, scale } from "../../gpu/ops/array/elementwise/unary.ts";
import { sum } from "../../gpu/ops/array/reduce/sum.ts";
import { noGradient } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";

/**
 * Mean of |x - target| over the values [..., height, width] that a mask [height, width] of ones and zeros
 * counts, in each plane; 0 where it counts none. Unlike `l1`, which divides by all values.
 */
export function maskedL1(x: Tensor, target: Tensor, mask: Tensor): Tensor {
  const planes = x.size / mask.size;
  const count = noGradient(x.gpu, () => addScalar(scale(sum(mask), planes), 1e-12));
  return divide(sum(multiply(abs(subtract(x, target)), mask)), count);
}
