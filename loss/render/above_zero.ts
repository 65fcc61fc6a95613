import { clamp, scale } from "../../gpu/ops/array/elementwise/unary.ts";
import { noGradient } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";

/** 1 where x is above 0, else 0, of x's shape and without a gradient. */
export function aboveZero(x: Tensor): Tensor {
  // From a difference of two f32 numbers of usual size, 1e-9 or more, to well beyond 1.
  return noGradient(x.gpu, () => clamp(scale(x, 1e30), 0, 1));
}
