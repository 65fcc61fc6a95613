import type { F64 } from "../../support.ts";

/** Index of the first largest value along an axis. */
export function argmax({ shape, data }: F64, axis: number): number[] {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const extent = shape[axis]!;
  return Array.from({ length: outer * inner }, (_, i) => {
    const start = Math.floor(i / inner) * extent * inner + i % inner;
    const line = Array.from({ length: extent }, (_, k) => data[start + k * inner]!);
    return line.indexOf(Math.max(...line));
  });
}
