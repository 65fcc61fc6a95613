import { add, multiply } from "../../../gpu/ops/array/elementwise/binary.ts";
import { safeSigmoid } from "../../../gpu/ops/array/elementwise/unary.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { ExponentsConfig } from "../config/model_config.ts";
import type { Refined } from "./refine.ts";

/** Superquadrics of refined anchors: the first two columns of what follows the opacity are u and v, raw. */
export function withExponents(refined: Refined, { u, v }: ExponentsConfig): Refined {
  const { gpu, shape } = refined.semantics;
  const raw = slice(refined.semantics, 1, 0, 2);
  const range = Tensor.from(gpu, [u[1] - u[0], v[1] - v[0]]);
  const low = Tensor.from(gpu, [u[0], v[0]]);
  return {
    ...refined,
    exponents: add(multiply(safeSigmoid(raw), range), low),
    semantics: slice(refined.semantics, 1, 2, shape[1]!),
  };
}
