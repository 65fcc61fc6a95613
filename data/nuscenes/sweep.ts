import { unreadable } from "../formats/unreadable.ts";

/** Floats per lidar point in nuScenes' files. */
export const POINT_FLOATS = 5;

/**
 * Reads a lidar sweep (.pcd.bin, which in nuScenes is bare little-endian float32): points [N, 5] of x,
 * y, z in metres in the lidar frame, intensity 0 to 255 and ring.
 */
export function readSweep(bytes: Uint8Array, file = "lidar sweep"): Float32Array {
  if (bytes.length === 0 || bytes.length % (4 * POINT_FLOATS) !== 0) {
    throw unreadable(
      file,
      bytes.length,
      `it has ${bytes.length} bytes, a multiple of ${4 * POINT_FLOATS} is right`,
    );
  }
  const points = new Float32Array(bytes.slice().buffer);
  const wrong = points.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw unreadable(
      file,
      4 * wrong,
      `point ${Math.floor(wrong / POINT_FLOATS)} holds ${points[wrong]}, finite numbers are right`,
    );
  }
  return points;
}
