import { Kernel } from "../kernel.ts";
import { Tensor } from "../tensor.ts";
import backSource from "./f32_from_sortable.wgsl" with { type: "text" };
import sortableSource from "./sortable_from_f32.wgsl" with { type: "text" };

const sortable = new Kernel("gpu/parallel/sortable_from_f32.wgsl", sortableSource);
const back = new Kernel("gpu/parallel/f32_from_sortable.wgsl", backSource);

/** Which way the numbers are to be sorted. */
export interface SortDirection {
  /** Largest first. */
  readonly descending?: boolean;
}

/**
 * Keys for `radixSort` in the order of f32 numbers of any shape: -0 equals 0, and NaN counts as
 * greater than all others, first when descending.
 */
export function sortableFromF32(x: Tensor, { descending = false }: SortDirection = {}): Tensor {
  const y = Tensor.empty(x.gpu, x.shape, "u32");
  const uniforms = { count: x.size, descending: Number(descending) };
  sortable.dispatch(x.gpu, { x, y }, uniforms, { threads: x.size });
  return y;
}

/** The numbers that keys of `sortableFromF32` stand for; -0 has become 0. */
export function f32FromSortable(x: Tensor, { descending = false }: SortDirection = {}): Tensor {
  const y = Tensor.empty(x.gpu, x.shape);
  const uniforms = { count: x.size, descending: Number(descending) };
  back.dispatch(x.gpu, { x, y }, uniforms, { threads: x.size });
  return y;
}
