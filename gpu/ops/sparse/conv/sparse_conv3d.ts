import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import type { Tensor } from "../../../tensor.ts";
import { sumRows } from "../../nn/norm/column_sum.ts";
import type { SparseRules } from "../rules/sparse_rules.ts";
import { convolve } from "./sparse_convolve.ts";
import type { Sides } from "./sparse_sides.ts";
import { weightGradient } from "./sparse_weight_gradient.ts";

/**
 * What happens where several rows share a cell. `native` is spconv's pair rule with the first row as
 * the cell's representative: taps before the centre bring the rows of a cell, summed, to the
 * representative of the cell they reach; taps after it bring a representative to every row of the cell
 * that it reaches. `gather` brings the neighbouring representative to every row through all taps. The
 * centre tap always brings a row to itself.
 */
export type SparseConvMode = "native" | "gather";

const SHARED: Record<SparseConvMode, Sides> = { native: [0, 1], gather: [1, 1] };
/** Options of `sparseConv3d`. */
export interface SparseConvOptions {
  /** [outputs]. */
  readonly bias?: Tensor | null;
  /** How products are formed. */
  readonly mode?: SparseConvMode;
}

/**
 * Submanifold convolution over voxels (Graham et al. 2018): features [rows, inputs], weight
 * [outputs, kx, ky, kz, inputs], rules of the rows' cells; returns [rows, outputs].
 */
export function sparseConv3d(
  features: Tensor,
  rules: SparseRules,
  weight: Tensor,
  { bias = null, mode = "native" }: SparseConvOptions = {},
): Tensor {
  const { kernelSize } = rules;
  const { inputs, outputs } = checkShapes("sparseConv3d", {
    features: [features, rules.rows, "inputs"],
    weight: [weight, "outputs", kernelSize, kernelSize, kernelSize, "inputs"],
    bias: [bias, "outputs"],
  });
  const shared = SHARED[mode];
  // On the way back the taps are mirrored, so the sides trade places; and who received gives.
  const back: Sides = [shared[1] ? 0 : 1, shared[0] ? 0 : 1];
  const y = convolve(features, rules, { weight, outputs, shared, mirrored: false, bias });
  const parents = bias ? [features, weight, bias] : [features, weight];
  return record("sparseConv3d", parents, y, (dy, needs) => [
    needs[0]
      ? convolve(dy, rules, { weight, outputs: inputs, shared: back, mirrored: true })
      : null,
    needs[1] ? weightGradient(features, dy, rules, { shape: weight.shape, shared }) : null,
    ...bias ? [needs[2] ? sumRows(dy) : null] : [],
  ]);
}
