import type { F64 } from "../../support.ts";
import { unravel } from "./broadcast.ts";

/** Reduces axes (all where none are given) with a function of all values, in doubles. */
export function reduce(f: (values: number[]) => number) {
  return (x: F64, axes = x.shape.map((_, i) => i), keepDims = false): F64 => {
    const kept = x.shape.map((extent, axis) => axes.includes(axis) ? 1 : extent);
    const groups: number[][] = Array.from({ length: kept.reduce((p, q) => p * q, 1) }, () => []);
    x.data.forEach((value, k) => {
      const index = unravel(k, x.shape);
      groups[kept.reduce((sum, n, i) => sum * n + (n === 1 ? 0 : index[i]!), 0)]!.push(value);
    });
    return {
      shape: keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis)),
      data: Float64Array.from(groups, f),
    };
  };
}

/** Sum, mean and largest value over axes. */
export const reductions = {
  sum: reduce((values) => values.reduce((p, q) => p + q, 0)),
  mean: reduce((values) => values.reduce((p, q) => p + q, 0) / values.length),
  max: reduce((values) => values.reduce((p, q) => Math.max(p, q))),
};
