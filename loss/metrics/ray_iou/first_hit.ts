/** A grid of labels, `[x, y, z]`. */
export interface RayGrid {
  /** Voxels along x, y, z. */
  readonly dims: readonly [number, number, number];
  /** Edge of a voxel, metres. */
  readonly voxel: number;
  /** Lowest corner, metres. */
  readonly corner: readonly [number, number, number];
  /** The label of free space. */
  readonly free: number;
}

/** Where a ray first meets something in each of two grids of labels. */
export interface FirstHits {
  /** Labels of the first voxel that is not free; that of the last voxel inside where there is none. */
  readonly truth: number;
  /** The same of the prediction. */
  readonly predicted: number;
  /** Distance from the origin to where the ray leaves that voxel, metres, an f32. */
  readonly truthDepth: number;
  /** The same of the prediction. */
  readonly predictedDepth: number;
}

/** The published walk gives up after so many voxels. */
const MOST_STEPS = 1001;

/**
 * Walks one ray through the voxels of a grid (Amanatides and Woo 1987) and tells what it meets in the
 * true and in the predicted labels, both `[x, y, z]` row-major. Origin and end are rounded to f32 in
 * units of voxels, of an edge that is an f32, and the rest is computed in f64, as the published evaluation does: counts depend on
 * the roundings where origins lie on faces of voxels. A ray that never enters has the label of voxel
 * (0, 0, 0) and a depth of -1 voxel.
 */
export function firstHits(
  grid: RayGrid,
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  origin: ArrayLike<number>,
  originAt: number,
  directions: ArrayLike<number>,
  directionAt: number,
  hits: { -readonly [name in keyof FirstHits]: FirstHits[name] },
): void {
  const { free } = grid;
  const scale = Math.fround(grid.voxel);
  const cx = Math.fround(grid.corner[0]), cy = Math.fround(grid.corner[1]);
  const cz = Math.fround(grid.corner[2]);
  const [sizeX, sizeY, sizeZ] = grid.dims;
  const ox = origin[originAt]!, oy = origin[originAt + 1]!, oz = origin[originAt + 2]!;
  const x0 = Math.fround((ox - cx) / scale);
  const y0 = Math.fround((oy - cy) / scale);
  const z0 = Math.fround((oz - cz) / scale);
  const rx = Math.fround((ox + directions[directionAt]! - cx) / scale) - x0;
  const ry = Math.fround((oy + directions[directionAt + 1]! - cy) / scale) - y0;
  const rz = Math.fround((oz + directions[directionAt + 2]! - cz) / scale) - z0;
  const length = Math.sqrt(rx * rx + ry * ry + rz * rz);
  const dx = rx / length, dy = ry / length, dz = rz / length;
  // Toward zero, so that a coordinate between -1 and 0 counts as inside.
  let x = Math.trunc(x0), y = Math.trunc(y0), z = Math.trunc(z0);
  const stepX = dx >= 0 ? 1 : -1, stepY = dy >= 0 ? 1 : -1, stepZ = dz >= 0 ? 1 : -1;
  let nextX = dx ? (x + (stepX > 0 ? 1 : 0) - x0) / dx : Number.MAX_VALUE;
  let nextY = dy ? (y + (stepY > 0 ? 1 : 0) - y0) / dy : Number.MAX_VALUE;
  let nextZ = dz ? (z + (stepZ > 0 ? 1 : 0) - z0) / dz : Number.MAX_VALUE;
  const deltaX = dx ? stepX / dx : Number.MAX_VALUE;
  const deltaY = dy ? stepY / dy : Number.MAX_VALUE;
  const deltaZ = dz ? stepZ / dz : Number.MAX_VALUE;

  // Of a ray that never enters: the label of voxel 0, and -1 voxel.
  let truthLabel = truth[0]!, predictedLabel = prediction[0]!;
  let truthLeaves = -1, predictedLeaves = -1;
  let truthOpen = true, predictedOpen = true, wasInside = false;
  // A flat index, moved along with the voxel; it means something only inside.
  let at = (x * sizeY + y) * sizeZ + z;
  const moveX = stepX * sizeY * sizeZ, moveY = stepY * sizeZ;
  for (let step = 0; step < MOST_STEPS; step++) {
    const inside = x >= 0 && x < sizeX && y >= 0 && y < sizeY && z >= 0 && z < sizeZ;
    if (!inside && wasInside) break;
    const here = at;
    let leaves: number;
    if (nextX < nextY && nextX < nextZ) {
      leaves = nextX;
      x += stepX;
      at += moveX;
      nextX += deltaX;
    } else if (nextX < nextY || nextY >= nextZ) {
      leaves = nextZ;
      z += stepZ;
      at += stepZ;
      nextZ += deltaZ;
    } else {
      leaves = nextY;
      y += stepY;
      at += moveY;
      nextY += deltaY;
    }
    if (!inside) continue;
    wasInside = true;
    if (truthOpen) {
      truthLabel = truth[here]!;
      truthLeaves = leaves;
      truthOpen = truthLabel === free;
    }
    if (predictedOpen) {
      predictedLabel = prediction[here]!;
      predictedLeaves = leaves;
      predictedOpen = predictedLabel === free;
    }
    if (!truthOpen && !predictedOpen) break;
  }
  hits.truth = truthLabel;
  hits.predicted = predictedLabel;
  hits.truthDepth = Math.fround(Math.fround(truthLeaves) * scale);
  hits.predictedDepth = Math.fround(Math.fround(predictedLeaves) * scale);
}
