import { EMPTY } from "../nuscenes/classes.ts";

/** Voxel labels, [x, y, z] with index (x * ny + y) * nz + z, and which of them count. */
export type Occupancy = {
  dims: readonly [number, number, number];
  /** 0 ignored, 1 to 16 classes, 17 empty. */
  labels: Uint8Array;
  /** 1 where the label counts in loss and metric. */
  mask: Uint8Array;
};

/** 1 for every voxel whose label counts: all but label 0. */
export function maskOf(labels: Uint8Array): Uint8Array {
  return labels.map((label) => label === 0 ? 0 : 1);
}

/**
 * Labels on a coarser grid for reduced presets. Of a coarse voxel's fine voxels the most frequent of
 * classes 1 to 16 wins (the smaller label on a tie), however few they are: thin things such as the
 * ground must survive. Only noise (0) or noise and empty stays 0, and only empty stays 17.
 */
export function coarsenOccupancy(
  dense: Uint8Array,
  dims: readonly [number, number, number],
  factor: readonly [number, number, number],
): Occupancy {
  const [nx, ny, nz] = dims;
  if (dense.length !== nx * ny * nz) {
    throw new RangeError(
      `Cannot coarsen labels: there are ${dense.length}, ${nx}x${ny}x${nz} has ${nx * ny * nz}`,
    );
  }
  if (factor.some((f, axis) => !Number.isInteger(f) || f < 1 || dims[axis]! % f !== 0)) {
    throw new RangeError(
      `Cannot coarsen labels by ${factor.join("x")}: it must divide the grid ${dims.join("x")}`,
    );
  }
  const [cx, cy, cz] = dims.map((size, axis) => size / factor[axis]!) as [number, number, number];
  const counts = new Uint32Array(cx * cy * cz * (EMPTY + 1));
  for (let x = 0, voxel = 0; x < nx; x++) {
    const cellX = Math.floor(x / factor[0]) * cy;
    for (let y = 0; y < ny; y++) {
      const cellY = (cellX + Math.floor(y / factor[1])) * cz;
      for (let z = 0; z < nz; z++, voxel++) {
        counts[(cellY + Math.floor(z / factor[2])) * (EMPTY + 1) + dense[voxel]!]!++;
      }
    }
  }
  const labels = new Uint8Array(cx * cy * cz);
  for (let cell = 0; cell < labels.length; cell++) {
    const from = cell * (EMPTY + 1);
    let best = counts[from]! > 0 ? 0 : EMPTY;
    let most = 0;
    for (let label = 1; label < EMPTY; label++) {
      if (counts[from + label]! > most) {
        most = counts[from + label]!;
        best = label;
      }
    }
    labels[cell] = best;
  }
  return { dims: [cx, cy, cz], labels, mask: maskOf(labels) };
}
