import { elementType } from "../formats/dtype.ts";
import { readNpy } from "../formats/numpy/npy.ts";
import { unreadable } from "../formats/unreadable.ts";
import { maskOf, type Occupancy } from "../occupancy/coarsen.ts";
import { narrowed } from "../occupancy/label_bytes.ts";
import { EMPTY, GRID } from "./classes.ts";
import { surroundOcc } from "./task.ts";

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
  return { dims: GRID.dims, labels, mask: maskOf(labels, surroundOcc) };
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
