import type { F64 } from "../../support.ts";
import { unravel } from "./broadcast.ts";

/** Reorders axes, in doubles. */
export function permute(x: F64, axes: readonly number[]): F64 {
  const shape = axes.map((axis) => x.shape[axis]!);
  const data = x.data.map((_, k) => {
    const index = unravel(k, shape);
    return x.data[x.shape.reduce((sum, n, i) => sum * n + index[axes.indexOf(i)]!, 0)]!;
  });
  return { shape, data };
}

/** Elements `start` to `end` of one axis. */
export function slice(x: F64, axis: number, start: number, end: number): F64 {
  const shape = x.shape.with(axis, end - start);
  return {
    shape,
    data: x.data.filter((_, k) => {
      const at = unravel(k, x.shape)[axis]!;
      return at >= start && at < end;
    }),
  };
}

/** Joins arrays along an axis. */
export function concat(arrays: readonly F64[], axis: number): F64 {
  const shape = arrays[0]!.shape.with(axis, arrays.reduce((sum, x) => sum + x.shape[axis]!, 0));
  const outer = shape.slice(0, axis).reduce((p, q) => p * q, 1);
  const rows: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (const { data } of arrays) {
      const width = data.length / outer;
      rows.push(...data.subarray(o * width, (o + 1) * width));
    }
  }
  return { shape, data: Float64Array.from(rows) };
}

/** Rows by index, zeros for an index past them. */
export function gatherRows(x: F64, index: ArrayLike<number>): F64 {
  const [rows, ...rest] = x.shape as [number, ...number[]];
  const width = rest.reduce((p, q) => p * q, 1);
  const data = new Float64Array(index.length * width);
  Array.from(index).forEach((row, i) => {
    if (row < rows) data.set(x.data.subarray(row * width, (row + 1) * width), i * width);
  });
  return { shape: [index.length, ...rest], data };
}

/** Rows added up at their index. */
export function scatterAddRows(values: F64, index: ArrayLike<number>, rows: number): F64 {
  const rest = values.shape.slice(1);
  const width = rest.reduce((p, q) => p * q, 1);
  const data = new Float64Array(rows * width);
  values.data.forEach((value, k) => {
    const row = index[Math.floor(k / width)]!;
    if (row < rows) data[row * width + k % width]! += value;
  });
  return { shape: [rows, ...rest], data };
}

/** Running sums along an axis. */
export function cumsum(
  x: F64,
  axis: number,
  { exclusive = false, reverse = false }: { exclusive?: boolean; reverse?: boolean } = {},
): F64 {
  const length = x.shape[axis]!;
  const inner = x.shape.slice(axis + 1).reduce((p, q) => p * q, 1);
  const data = x.data.map((_, k) => {
    const at = Math.floor(k / inner) % length;
    let sum = 0;
    for (let j = 0; j < length; j++) {
      const before = reverse ? j > at : j < at;
      if (before || (!exclusive && j === at)) sum += x.data[k + (j - at) * inner]!;
    }
    return sum;
  });
  return { shape: x.shape, data };
}
