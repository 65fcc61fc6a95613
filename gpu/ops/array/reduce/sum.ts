import { record } from "../../../tape.ts";
import { sizeOf, type Tensor } from "../../../tensor.ts";
import { expandTimes } from "./expand.ts";
import { normalizeAxes, reduceAxes, reducedShape } from "./reduce.ts";

/** Axes to reduce (negative ones count from the end), all where none are given. */
export interface ReduceOptions {
  /** Leaves reduced axes with extent 1. */
  readonly keepDims?: boolean;
}

/** Sum over axes. */
export function sum(
  x: Tensor,
  axes?: number | readonly number[],
  { keepDims = false }: ReduceOptions = {},
): Tensor {
  return total("sum", x, axes, { keepDims, average: false });
}

/** Mean over axes; 0 where there is nothing to average. */
export function mean(
  x: Tensor,
  axes?: number | readonly number[],
  { keepDims = false }: ReduceOptions = {},
): Tensor {
  return total("mean", x, axes, { keepDims, average: true });
}

function total(
  name: string,
  x: Tensor,
  axes: number | readonly number[] | undefined,
  { keepDims, average }: { keepDims: boolean; average: boolean },
): Tensor {
  const list = normalizeAxes(name, x.shape.length, axes);
  const factor = average ? 1 / Math.max(1, sizeOf(list.map((axis) => x.shape[axis]!))) : 1;
  const y = reduceAxes(x, list, reducedShape(x.shape, list, keepDims), { factor });
  const kept = reducedShape(x.shape, list, true);
  return record(name, [x], y, (dy) => [expandTimes(dy.alias(kept), x.shape, factor)]);
}
