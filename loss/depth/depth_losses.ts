import { divide, multiply, subtract } from "../../gpu/ops/array/elementwise/binary.ts";
import { abs, addScalar, negate, sqrt } from "../../gpu/ops/array/elementwise/unary.ts";
import { mean, sum } from "../../gpu/ops/array/reduce/sum.ts";
import { noGradient } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { disparity } from "./disparity.ts";

/** Depths smaller than this are none. */
const LEAST_DEPTH = 1e-7;
/** Keeps depths that are all alike, which correlate with nothing, from dividing by 0. */
const LEAST_VARIANCE = 1e-20;

/** Mean over all pixels of |1 / depth - 1 / target|, where depths of 0 and below count as infinite. */
export function disparityL1(depth: Tensor, target: Tensor): Tensor {
  return mean(abs(subtract(disparity(depth), disparity(target))));
}

/**
 * The same over the pixels that a mask of ones and zeros has and both have a depth in, of either sign;
 * 0 where there are none.
 */
export function binocularL1(depth: Tensor, target: Tensor, mask: Tensor): Tensor {
  const options = { least: LEAST_DEPTH, either: true };
  const [ours, theirs] = [disparity(depth, options), disparity(target, options)];
  // 1 / x times x is 1 where there is a depth, and 0 elsewhere.
  const pairs = noGradient(
    depth.gpu,
    () => multiply(multiply(multiply(ours, depth), multiply(theirs, target)), mask),
  );
  return weighted(abs(subtract(ours, theirs)), pairs);
}

/**
 * 1 - Pearson's correlation over the pixels of a mask of ones and zeros, all where there is none: blind to
 * scale and shift of the target, as priors from one picture are.
 */
export function pearsonLoss(depth: Tensor, target: Tensor, mask: Tensor | null = null): Tensor {
  const centred = (x: Tensor) => {
    const rest = subtract(x, mask ? weighted(x, mask) : mean(x));
    return mask ? multiply(rest, mask) : rest;
  };
  const [ours, theirs] = [centred(depth), centred(target)];
  const product = (a: Tensor, b: Tensor) => sum(multiply(a, b));
  const norm = sqrt(
    addScalar(multiply(product(ours, ours), product(theirs, theirs)), LEAST_VARIANCE),
  );
  return addScalar(negate(divide(product(ours, theirs), norm)), 1);
}

/** Mean of values by weights of ones and zeros; 0 where all weigh nothing. */
export function weighted(values: Tensor, weights: Tensor): Tensor {
  const count = noGradient(values.gpu, () => addScalar(sum(weights), 1e-12));
  return divide(sum(multiply(values, weights)), count);
}
