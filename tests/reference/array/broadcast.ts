import type { F64 } from "../../support.ts";

/** Applies a function of two values with NumPy's broadcasting, in doubles. */
export function broadcast(f: (a: number, b: number) => number) {
  return (a: F64, b: F64): F64 => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const extent = ({ shape }: F64, axis: number) => shape[axis - rank + shape.length] ?? 1;
    const shape = Array.from(
      { length: rank },
      (_, axis) => extent(a, axis) === 1 ? extent(b, axis) : extent(a, axis),
    );
    const data = Float64Array.from({ length: shape.reduce((p, q) => p * q, 1) }, (_, k) => {
      const index = unravel(k, shape);
      const at = (x: F64) => {
        const own = index.slice(rank - x.shape.length);
        return x.data[x.shape.reduce((sum, n, i) => sum * n + (n === 1 ? 0 : own[i]!), 0)]!;
      };
      return f(at(a), at(b));
    });
    return { shape, data };
  };
}

/** The index along each axis of flat element k. */
export function unravel(k: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = k % shape[axis]!;
    k = Math.floor(k / shape[axis]!);
  }
  return index;
}
