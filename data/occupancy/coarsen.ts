import { countedClasses, type OccupancyTask } from "./task.ts";

// Labels are bytes.
const LABELS = 256;

/** Voxel labels, [x, y, z] with index (x * ny + y) * nz + z, and which of them count. */
export type Occupancy = {
  dims: readonly [number, number, number];
  /** Labels of a task. */
  labels: Uint8Array;
  /** 1 where the label counts in loss and metric. */
  mask: Uint8Array;
};

/** 1 for every voxel whose label counts: all but those that a task ignores. */
export function maskOf(
  labels: ArrayLike<number>,
  { ignored }: Pick<OccupancyTask, "ignored">,
): Uint8Array {
  const counts = new Uint8Array(LABELS).fill(1);
  for (const label of ignored) counts[label] = 0;
  const mask = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) mask[i] = counts[labels[i]!] ?? 1;
  return mask;
}

/**
 * Labels on a coarser grid for reduced presets. Of a coarse voxel's fine voxels the most frequent of
 * the classes of things wins (the smaller label on a tie), however few they are: thin things such as
 * the ground must survive. Without any, it is ignored where a fine voxel is, else empty. It counts where
 * its label does and, with a mask `seen` of the fine voxels, one of these does.
 */
export function coarsenOccupancy(
  dense: Uint8Array,
  dims: readonly [number, number, number],
  factor: readonly [number, number, number],
  task: Pick<OccupancyTask, "classes" | "empty" | "ignored">,
  seen?: Uint8Array,
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
  // Things first, by label; then what is ignored; what is left is empty, and not counted.
  const ranked = [...countedClasses(task), ...task.ignored];
  const things = ranked.length - task.ignored.length;
  const slots = new Uint8Array(LABELS).fill(ranked.length);
  ranked.forEach((label, slot) => slots[label] = slot);
  const width = ranked.length + 1;
  const counts = new Uint32Array(cx * cy * cz * width);
  forEachRow(dims, factor, (voxel, cell, depth) => {
    const end = voxel + dims[2];
    for (; voxel < end; cell++) {
      for (let k = 0; k < depth; k++) counts[cell * width + slots[dense[voxel++]!]!]!++;
    }
  });
  const labels = new Uint8Array(cx * cy * cz);
  for (let cell = 0; cell < labels.length; cell++) {
    const from = cell * width;
    let best = task.empty;
    let most = 0;
    for (let slot = 0; slot < ranked.length; slot++) {
      if (slot === things && most > 0) break;
      if (counts[from + slot]! > most) {
        most = counts[from + slot]!;
        best = ranked[slot]!;
      }
    }
    labels[cell] = best;
  }
  const mask = maskOf(labels, task);
  if (seen) {
    const any = new Uint8Array(labels.length);
    forEachRow(dims, factor, (voxel, cell, depth) => {
      const end = voxel + dims[2];
      for (; voxel < end; cell++) {
        for (let k = 0; k < depth; k++) any[cell]! |= seen[voxel++]!;
      }
    });
    for (let cell = 0; cell < mask.length; cell++) mask[cell]! &= any[cell]!;
  }
  return { dims: [cx, cy, cz], labels, mask };
}

/**
 * Calls `body` for every row of fine voxels along z with the numbers of its first one and of the coarse one
 * that this lies in, and how many lie in each: a call a voxel costs more than the counting.
 */
function forEachRow(
  [nx, ny, nz]: readonly [number, number, number],
  factor: readonly [number, number, number],
  body: (voxel: number, cell: number, depth: number) => void,
): void {
  const [cy, cz] = [ny / factor[1], nz / factor[2]];
  for (let x = 0, voxel = 0; x < nx; x++) {
    const cellX = Math.floor(x / factor[0]) * cy;
    for (let y = 0; y < ny; y++, voxel += nz) {
      body(voxel, (cellX + Math.floor(y / factor[1])) * cz, factor[2]);
    }
  }
}
