import { segmentSum } from "../../../parallel/segments.ts";
import type { Tensor } from "../../../tensor.ts";
import type { SparseRules } from "../rules/sparse_rules.ts";

/** On either side of the centre: do all rows of a cell receive (1) or its first row, from sums (0). */
export type Sides = readonly [before: 0 | 1, after: 0 | 1];

/** Sums over the rows of each cell, at its first row; zeros elsewhere. */
export function sumCells(x: Tensor, { members, memberStarts }: SparseRules): Tensor {
  return segmentSum(x, memberStarts, { order: members });
}
