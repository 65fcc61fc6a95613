import { unreadable } from "../formats/unreadable.ts";
import { CLASS_OF_ID, KNOWN_IDS, LARGEST_ID } from "./class_map.ts";
import { kitti360, UNKNOWN } from "./task.ts";

/** Voxels of a raw file: x slowest, then y, then z. */
export const RAW_VOXELS = kitti360.grid.dims.reduce((product, size) => product * size, 1);

/** Reads the ids of a `.label`: a little-endian uint16 a voxel. */
export function readRawLabels(bytes: Uint8Array, file: string): Uint16Array {
  if (bytes.length !== 2 * RAW_VOXELS) throw wrongSize(bytes, file, "two bytes a voxel");
  const ids = new Uint16Array(bytes.slice().buffer);
  for (let i = 0; i < ids.length; i++) {
    if (ids[i]! <= LARGEST_ID && KNOWN_IDS.has(ids[i]!)) continue;
    throw unreadable(file, 2 * i, `voxel ${i} has id ${ids[i]}, which SSCBench does not know`);
  }
  return ids;
}

/** Reads a `.invalid`: a byte a voxel, 1 where nothing was seen. SemanticKITTI packs these into bits, KITTI-360 does not. */
export function readInvalid(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes.length !== RAW_VOXELS) throw wrongSize(bytes, file, "a byte a voxel");
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! > 1) throw unreadable(file, i, `voxel ${i} has ${bytes[i]}, 0 or 1 is right`);
  }
  return bytes;
}

/** Reads a `.bin`, where the lidar's points lie: 1 for such a voxel, from a byte each or a bit, the highest first. */
export function readOccupied(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes.length === RAW_VOXELS) return bytes.map((value) => Number(value !== 0));
  if (bytes.length !== RAW_VOXELS / 8) throw wrongSize(bytes, file, "a byte or a bit a voxel");
  return Uint8Array.from(
    { length: RAW_VOXELS },
    (_, voxel) => (bytes[voxel >> 3]! >> (7 - (voxel & 7))) & 1,
  );
}

/**
 * Classes of a raw frame as SSCBench's `_1_1.npy` has them: those of no class and what nobody saw are 255;
 * what has a label was seen, whatever `invalid` says.
 */
export function classesOfRaw(ids: Uint16Array, invalid: Uint8Array): Uint8Array {
  const classes = new Uint8Array(ids.length);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    classes[i] = id === 0 && invalid[i] ? UNKNOWN : CLASS_OF_ID[id]!;
  }
  return classes;
}

function wrongSize(bytes: Uint8Array, file: string, wanted: string): SyntaxError {
  return unreadable(
    file,
    bytes.length,
    `it has ${bytes.length} bytes, ${wanted} of ${kitti360.grid.dims.join("x")} is right`,
  );
}
