import type { VoxelGrid } from "../../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import type { F64 } from "../../support.ts";

/** Superquadrics in doubles. */
export type Superquadrics = Record<
  "means" | "rotations" | "scales" | "exponents" | "opacities" | "semantics" | "boxes",
  F64
>;

/** The exponent f of one superquadric at a point, by powers as the papers write it. */
export function superquadricExponent(
  { means, rotations, scales, exponents }: Superquadrics,
  g: number,
  point: ArrayLike<number>,
): number {
  const d = [0, 1, 2].map((axis) => point[axis]! - means.data[3 * g + axis]!);
  const [x, y, z] = [0, 1, 2].map((row) => {
    const local = d.reduce((sum, v, j) => sum + rotations.data[9 * g + 3 * row + j]! * v, 0);
    return (local / scales.data[3 * g + row]!) ** 2;
  }) as [number, number, number];
  const [u, v] = [exponents.data[2 * g]!, exponents.data[2 * g + 1]!];
  return (x ** (1 / u) + y ** (1 / u)) ** (u / v) + z ** (1 / v);
}

/** The probabilistic aggregation of superquadrics in doubles: semantics, occupancy, density, probability. */
export function aggregateSuperquadrics(
  inputs: Superquadrics,
  points: F64,
  cells: F64,
  cut = Infinity,
): F64[] {
  const channels = inputs.semantics.shape[1]!;
  const count = points.shape[0]!;
  const y = new Float64Array(count * channels);
  const [total, passing, thickness] = [0, 1, 0].map((v) => new Float64Array(count).fill(v)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const box = inputs.boxes.data;
  for (let n = 0; n < count; n++) {
    for (let g = 0; g < inputs.means.shape[0]!; g++) {
      const inside = [0, 1, 2].every((axis) => {
        const cell = cells.data[3 * n + axis]!;
        return cell >= box[6 * g + axis]! && cell <= box[6 * g + 3 + axis]!;
      });
      const f = inside
        ? superquadricExponent(inputs, g, points.data.subarray(3 * n, 3 * n + 3))
        : NaN;
      if (!(f <= cut)) continue;
      const p = Math.exp(-f / 2);
      const weight = p * inputs.opacities.data[g]!;
      total[n]! += weight;
      passing[n]! *= -Math.expm1(-f / 2);
      thickness[n]! += p;
      for (let c = 0; c < channels; c++) {
        y[n * channels + c]! += weight * inputs.semantics.data[g * channels + c]!;
      }
    }
  }
  const even = channels;
  y.forEach((value, i) => {
    const n = Math.floor(i / channels);
    y[i] = total[n]! > 1e-9 ? value / total[n]! : i % channels < even ? 1 / even : 0;
  });
  return [
    { shape: [count, channels], data: y },
    { shape: [count], data: passing.map((value) => 1 - value) },
    { shape: [count], data: thickness },
    { shape: [count], data: total },
  ];
}

/** Cells at whose centres the exponent can be at most `cut`, by trying every cell of the grid. */
export function reachedCells(
  inputs: Superquadrics,
  g: number,
  { size, origin, cell }: VoxelGrid,
  cut: number,
): number[][] {
  const reached: number[][] = [];
  for (let n = 0; n < size[0] * size[1] * size[2]; n++) {
    const at = [
      Math.floor(n / (size[1] * size[2])),
      Math.floor(n / size[2]) % size[1],
      n % size[2],
    ];
    const center = at.map((index, axis) => (index + 0.5) * cell + origin[axis]!);
    if (superquadricExponent(inputs, g, center) <= cut) reached.push(at);
  }
  return reached;
}
