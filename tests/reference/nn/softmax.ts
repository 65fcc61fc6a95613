import type { F64 } from "../../support.ts";

/** Softmax along an axis over the values that the mask keeps, in doubles; all 0 where it keeps none. */
export function softmax(x: F64, axis: number, mask?: ArrayLike<number>): F64 {
  const length = x.shape.at(axis)!;
  const from = axis < 0 ? axis + x.shape.length : axis;
  const inner = x.shape.slice(from + 1).reduce((p, q) => p * q, 1);
  const data = new Float64Array(x.data.length);
  for (let first = 0; first < data.length; first++) {
    if (Math.floor(first / inner) % length) continue;
    const line = Array.from({ length }, (_, i) => first + i * inner)
      .filter((i) => !mask || mask[i]);
    const largest = Math.max(...line.map((i) => x.data[i]!));
    const total = line.reduce((sum, i) => sum + Math.exp(x.data[i]! - largest), 0);
    for (const i of line) data[i] = Math.exp(x.data[i]! - largest) / total;
  }
  return { shape: x.shape, data };
}
