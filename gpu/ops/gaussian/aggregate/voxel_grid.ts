/** A grid of cubic voxels: voxel (x, y, z) is number (x * size[1] + y) * size[2] + z. */
export interface VoxelGrid {
  /** Voxels along each axis. */
  readonly size: readonly [x: number, y: number, z: number];
  /** Lowest corner in metres. */
  readonly origin: readonly [x: number, y: number, z: number];
  /** Edge of a voxel in metres. */
  readonly cell: number;
}

// Cells are packed into 10 bits an axis.
const LARGEST = 1024;

/** Number of voxels; throws where an axis is not 1 to 1024 voxels long. */
export function voxelsOf(op: string, { size }: VoxelGrid): number {
  if (!size.every((extent) => Number.isInteger(extent) && extent >= 1 && extent <= LARGEST)) {
    throw new RangeError(
      `Cannot run ${op}: the grid is [${
        size.join(", ")
      }], each axis must have 1 to ${LARGEST} voxels`,
    );
  }
  return size[0] * size[1] * size[2];
}

/** Blocks of 8x8x4 voxels along each axis. */
export function blocksOf({ size }: VoxelGrid): [number, number, number] {
  return [Math.ceil(size[0] / 8), Math.ceil(size[1] / 8), Math.ceil(size[2] / 4)];
}
