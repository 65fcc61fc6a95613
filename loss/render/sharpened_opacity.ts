import { add, multiply } from "../../gpu/ops/array/elementwise/binary.ts";
import { addScalar, negate, square } from "../../gpu/ops/array/elementwise/unary.ts";
import { noGradient } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { aboveZero } from "./above_zero.ts";

/**
 * Opacities of voxels from their probabilities of being empty, driven apart as in GaussRender
 * (arXiv 2502.05040): 1 - e e below one half, (1 - e) (1 - e) from there on, of e's shape.
 */
export function sharpenedOpacity(empty: Tensor): Tensor {
  const { low, high } = noGradient(empty.gpu, () => {
    const low = aboveZero(addScalar(negate(empty), 0.5));
    return { low, high: addScalar(negate(low), 1) };
  });
  const filled = addScalar(negate(empty), 1);
  return add(
    multiply(low, addScalar(negate(square(empty)), 1)),
    multiply(high, square(filled)),
  );
}
