import type { LabelGrid } from "../occupancy/task.ts";

// Rays are followed in steps of this part of a voxel, and no further than so many metres.
const STEP = 0.5;
const FARTHEST = 60;

/** Rays from one place; metres in the grid's frame. */
export interface Rays {
  readonly origin: readonly [number, number, number];
  /** [n, 3], of length one. */
  readonly directions: Float32Array;
}

/** 1 for every voxel that a ray passes before something is in its way, and for what that is. */
export function seenVoxels(
  labels: Uint8Array,
  { dims, voxel, min }: LabelGrid,
  empty: number,
  bundles: readonly Rays[],
): Uint8Array {
  const seen = new Uint8Array(labels.length);
  const [nx, ny, nz] = dims;
  const steps = Math.ceil(FARTHEST / (STEP * voxel));
  for (const { origin, directions } of bundles) {
    const [x0, y0, z0] = origin.map((value, axis) => (value - min[axis]!) / voxel) as [
      number,
      number,
      number,
    ];
    for (let ray = 0; ray < directions.length; ray += 3) {
      const dx = STEP * directions[ray]!, dy = STEP * directions[ray + 1]!;
      const dz = STEP * directions[ray + 2]!;
      for (let step = 0; step <= steps; step++) {
        const x = Math.floor(x0 + step * dx), y = Math.floor(y0 + step * dy);
        const z = Math.floor(z0 + step * dz);
        if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) {
          // A ray may begin outside, but what has left does not come back.
          if (step > 0 && leaves([x, y, z], [dx, dy, dz], dims)) break;
          continue;
        }
        const at = (x * ny + y) * nz + z;
        seen[at] = 1;
        if (labels[at] !== empty) break;
      }
    }
  }
  return seen;
}

function leaves(
  at: readonly number[],
  direction: readonly number[],
  dims: readonly number[],
): boolean {
  return at.some((index, axis) =>
    index < 0 && direction[axis]! <= 0 || index >= dims[axis]! && direction[axis]! >= 0
  );
}
