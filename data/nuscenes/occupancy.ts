import { readNpy } from "../formats/npy.ts";
import { readNpz } from "../formats/npz.ts";
import { elementType } from "../formats/dtype.ts";
import { unreadable } from "../formats/unreadable.ts";
import { labelBytes, narrowed } from "../occupancy/label_bytes.ts";
import { EMPTY, GRID } from "./classes.ts";

/** Voxel labels, [x, y, z] with index (x * ny + y) * nz + z, and which of them count. */
export type Occupancy = {
  dims: readonly [number, number, number];
  /** 0 ignored, 1 to 16 classes, 17 empty. */
  labels: Uint8Array;
  /** 1 where the label counts in loss and metric. */
  mask: Uint8Array;
};

/**
 * Reads a SurroundOcc label file: rows [N, 4] of x, y, z, class on the 200x200x16 grid of 0.5 m voxels
 * in the lidar frame. Voxels without a row are empty (17); label 0 is noise and masked.
 */
export function readSurroundOcc(bytes: Uint8Array, file = "SurroundOcc labels"): Occupancy {
  const stored = readNpy(bytes, { file });
  const { shape, dtype } = stored;
  const { data } = narrowed(stored, file);
  if (dtype.startsWith("complex")) {
    throw unreadable(file, 0, `its numbers are ${dtype}, whole numbers are right`);
  }
  if (shape.length !== 2 || shape[1] !== 4) {
    throw unreadable(file, 0, `its shape is [${shape}], [N, 4] is right`);
  }
  // The data end the file.
  const rowBytes = elementType(dtype).bytes * 4;
  const refuse = (row: number, what: string) =>
    unreadable(file, bytes.length - (shape[0]! - row) * rowBytes, `row ${row} ${what}`);
  const [nx, ny, nz] = GRID.dims;
  const labels = new Uint8Array(nx * ny * nz).fill(EMPTY);
  for (let row = 0, at = 0; row < shape[0]!; row++, at += 4) {
    const x = data[at]!, y = data[at + 1]!, z = data[at + 2]!, label = data[at + 3]!;
    const inside = x >= 0 && x < nx && y >= 0 && y < ny && z >= 0 && z < nz;
    if (!inside || x % 1 !== 0 || y % 1 !== 0 || z % 1 !== 0) {
      throw refuse(row, `is voxel (${x}, ${y}, ${z}), the grid has ${nx}x${ny}x${nz}`);
    }
    if (!(label >= 0 && label <= EMPTY) || label % 1 !== 0) {
      throw refuse(row, `has class ${label}, classes are 0 to ${EMPTY}`);
    }
    labels[(x * ny + y) * nz + z] = label;
  }
  return { dims: GRID.dims, labels, mask: maskOf(labels) };
}

/**
 * Reads an Occ3D labels.npz: dense `semantics` [200, 200, 16] (17 empty) with `mask_lidar` and
 * `mask_camera`. Its grid is in the ego frame with 0.4 m voxels from (-40, -40, -1), so it does not
 * line up with SurroundOcc's; what counts is what the cameras see, unless `mask` says otherwise.
 */
export function readOcc3d(
  input: Uint8Array | string,
  { file, mask: which = "camera" }: { file?: string; mask?: "camera" | "lidar" | "none" } = {},
): Occupancy {
  const npz = readNpz(input, file === undefined ? {} : { file });
  const name = file ?? (typeof input === "string" ? input : "Occ3D labels");
  const semantics = npz.get("semantics");
  if (semantics.shape.length !== 3) {
    throw unreadable(
      `${name}/semantics.npy`,
      0,
      `its shape is [${semantics.shape}], [x, y, z] is right`,
    );
  }
  const labels = labelBytes(semantics, { file: `${name}/semantics.npy`, most: EMPTY });
  const mask = which === "none"
    ? new Uint8Array(labels.length).fill(1)
    : labelBytes(npz.get(`mask_${which}`), {
      file: `${name}/mask_${which}.npy`,
      most: 1,
      what: "mask",
    });
  if (mask.length !== labels.length) {
    throw unreadable(
      `${name}/mask_${which}.npy`,
      0,
      `it has ${mask.length} voxels, semantics ${labels.length}`,
    );
  }
  return { dims: semantics.shape as [number, number, number], labels, mask };
}

/** SurroundOcc's rows [N, 4] (x, y, z, class; int64) of a dense grid: every voxel that is not empty. */
export function rowsFromDense(dense: Uint8Array): BigInt64Array<ArrayBuffer> {
  const count = dense.reduce((sum, label) => sum + (label === EMPTY ? 0 : 1), 0);
  // Written by halves: a BigInt per number would be an allocation each.
  const halves = new Int32Array(count * 8);
  const [, ny, nz] = GRID.dims;
  let row = 0;
  for (let voxel = 0; voxel < dense.length; voxel++) {
    if (dense[voxel] === EMPTY) continue;
    halves[row] = Math.floor(voxel / (ny * nz));
    halves[row + 2] = Math.floor(voxel / nz) % ny;
    halves[row + 4] = voxel % nz;
    halves[row + 6] = dense[voxel]!;
    row += 8;
  }
  return new BigInt64Array(halves.buffer);
}

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
