import type { VoxelGrid } from "../../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import type { F64 } from "../../support.ts";

/** Centres of all voxels [N, 3], as the grid aggregates at. */
export function voxelCenters({ size, origin, cell }: VoxelGrid): F64 {
  const [nx, ny, nz] = size;
  const data = new Float64Array(nx * ny * nz * 3);
  for (let n = 0; n < nx * ny * nz; n++) {
    const at = [Math.floor(n / (ny * nz)), Math.floor(n / nz) % ny, n % nz];
    at.forEach((index, axis) => data[3 * n + axis] = (index + 0.5) * cell + origin[axis]!);
  }
  return { shape: [nx * ny * nz, 3], data };
}

/** Cells of points, truncated towards zero. */
export function cellsOf(points: F64, { origin, cell }: VoxelGrid): F64 {
  const data = points.data.map((value, i) => Math.trunc((value - origin[i % 3]!) / cell));
  return { shape: points.shape, data };
}

/** Calls `body` for every Gaussian whose box holds a point's cell, ascending, with e and its number. */
export function eachPair(
  { means, inverseCovariance, boxes }: Record<"means" | "inverseCovariance" | "boxes", F64>,
  points: F64,
  cells: F64,
  body: (point: number, gaussian: number, e: number) => void,
): void {
  const box = boxes.data;
  for (let n = 0; n < points.shape[0]!; n++) {
    for (let g = 0; g < means.shape[0]!; g++) {
      const inside = [0, 1, 2].every((axis) => {
        const cell = cells.data[3 * n + axis]!;
        return cell >= box[6 * g + axis]! && cell <= box[6 * g + 3 + axis]!;
      });
      if (!inside) continue;
      const [x, y, z] = [0, 1, 2].map((axis) =>
        means.data[3 * g + axis]! - points.data[3 * n + axis]!
      ) as [number, number, number];
      const [xx, yy, zz, xy, yz, xz] = inverseCovariance.data.subarray(6 * g, 6 * g + 6);
      const power = -0.5 * (xx! * x * x + yy! * y * y + zz! * z * z) -
        (xy! * x * y + yz! * y * z + xz! * x * z);
      body(n, g, Math.exp(power));
    }
  }
}

/** The additive aggregation in doubles. */
export function aggregateVoxels(
  inputs: Record<"means" | "inverseCovariance" | "opacities" | "semantics" | "boxes", F64>,
  points: F64,
  cells: F64,
): F64 {
  const channels = inputs.semantics.shape[1]!;
  const y = new Float64Array(points.shape[0]! * channels);
  eachPair(inputs, points, cells, (n, g, e) => {
    for (let c = 0; c < channels; c++) {
      y[n * channels + c]! += inputs.opacities.data[g]! * e *
        inputs.semantics.data[g * channels + c]!;
    }
  });
  return { shape: [points.shape[0]!, channels], data: y };
}

/** The probabilistic aggregation in doubles: semantics, `even` of them equal where nothing is, occupancy, density, probability. */
export function aggregateVoxelsProb(
  inputs: Record<
    "means" | "inverseCovariance" | "density" | "opacities" | "semantics" | "boxes",
    F64
  >,
  points: F64,
  cells: F64,
  even = inputs.semantics.shape[1]!,
): F64[] {
  const channels = inputs.semantics.shape[1]!;
  const count = points.shape[0]!;
  const y = new Float64Array(count * channels);
  const total = new Float64Array(count);
  const passing = new Float64Array(count).fill(1);
  const thickness = new Float64Array(count);
  eachPair(inputs, points, cells, (n, g, e) => {
    const weight = (2 * Math.PI) ** -1.5 * inputs.density.data[g]! * inputs.opacities.data[g]! * e;
    total[n]! += weight;
    passing[n]! *= 1 - e;
    thickness[n]! += e;
    for (let c = 0; c < channels; c++) {
      y[n * channels + c]! += weight * inputs.semantics.data[g * channels + c]!;
    }
  });
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

/** Class probabilities, channels first: semantics times occupancy, and 1 - occupancy as class `empty`. */
export function combineOccupancy(
  semantics: F64,
  occupancy: F64,
  empty = semantics.shape[1]!,
): F64 {
  const [points, channels] = semantics.shape as [number, number];
  const shape = [channels + 1, points];
  const data = Float64Array.from({ length: (channels + 1) * points }, (_, i) => {
    const [c, n] = [Math.floor(i / points), i % points];
    const full = occupancy.data[n]!;
    if (c === empty) return 1 - full;
    return semantics.data[n * channels + c - Number(c > empty)]! * full;
  });
  return { shape, data };
}
