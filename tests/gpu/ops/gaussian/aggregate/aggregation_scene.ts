import type { VoxelGrid } from "../../../../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { type F64, noise, noiseArray } from "../../../../support.ts";

/** A small grid, several blocks of 8x8x4 voxels with ragged ends. */
export const GRID: VoxelGrid = { size: [11, 9, 6], origin: [-2.75, -2.25, -1], cell: 0.5 };

/** Seeded Gaussians with well-shaped covariances, and boxes that are smaller than they are wide. */
export function aggregationScene(gaussians: number, channels: number) {
  const means = noiseArray(1, [gaussians, 3], -3, 3);
  const inverse = noiseArray(2, [gaussians, 6], -0.3, 0.3);
  inverse.data.forEach((value, i) => {
    if (i % 6 < 3) inverse.data[i] = Math.fround(1.5 + value);
  });
  const radius = noise(3, gaussians, 0, 4);
  const boxes: F64 = { shape: [gaussians, 6], data: new Float64Array(6 * gaussians) };
  for (let g = 0; g < gaussians; g++) {
    for (let axis = 0; axis < 3; axis++) {
      const center = Math.trunc((means.data[3 * g + axis]! - GRID.origin[axis]!) / GRID.cell);
      const reach = Math.floor(radius[g]!);
      boxes.data[6 * g + axis] = Math.max(0, center - reach);
      boxes.data[6 * g + 3 + axis] = Math.min(GRID.size[axis]! - 1, center + reach);
    }
  }
  return {
    means,
    inverseCovariance: inverse,
    density: noiseArray(4, [gaussians], 0.5, 3),
    opacities: noiseArray(5, [gaussians], 0.1, 1),
    semantics: noiseArray(6, [gaussians, channels]),
    boxes,
  };
}

/** Points scattered over the grid and a little beyond, some sharing a voxel. */
export function scatteredPoints(count: number): F64 {
  const points = noiseArray(7, [count, 3], -2.9, 2.9);
  points.data.forEach((value, i) => {
    if (i % 3 === 2) points.data[i] = Math.fround(value / 2.9 * 1.6 + 0.5);
    // Truncation puts points just below the origin into the first cell; far ones stay outside.
  });
  return points;
}
