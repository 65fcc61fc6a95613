import type { F64 } from "../../support.ts";

/** Both means of smooth L1 between points and the centres of occupied voxels, in doubles. */
export function voxelChamfer(
  points: F64,
  labels: ArrayLike<number>,
  { grid: { size, origin, cell }, leftOut, beta }: {
    grid: { size: readonly number[]; origin: readonly number[]; cell: number };
    leftOut: readonly number[];
    beta: number;
  },
): F64 {
  const voxels: number[][] = [];
  for (let i = 0; i < labels.length; i++) {
    if (leftOut.includes(labels[i]!)) continue;
    const at = [
      Math.floor(i / (size[1]! * size[2]!)),
      Math.floor(i / size[2]!) % size[1]!,
      i % size[2]!,
    ];
    voxels.push(at.map((index, axis) => origin[axis]! + (index + 0.5) * cell));
  }
  const places = Array.from({ length: points.shape[0]! }, (_, i) => [
    ...points.data.subarray(3 * i, 3 * i + 3),
  ]);
  const squared = (a: number[], b: number[]) =>
    a.reduce((sum, x, axis) => sum + (x - b[axis]!) ** 2, 0);
  const smooth = (a: number[], b: number[]) =>
    a.reduce((sum, x, axis) => {
      const d = Math.abs(x - b[axis]!);
      return sum + (d < beta ? d * d / (2 * beta) : d - beta / 2);
    }, 0);
  const mean = (all: number[][], others: number[][]) =>
    all.reduce((sum, a) => {
      const nearest = others.reduce((best, b) => squared(a, b) < squared(a, best) ? b : best);
      return sum + smooth(a, nearest);
    }, 0) / all.length;
  const value = voxels.length ? mean(voxels, places) + mean(places, voxels) : 0;
  return { shape: [], data: Float64Array.of(value) };
}
