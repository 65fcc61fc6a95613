import type { Sample } from "../../../data/occupancy/sample.ts";
import type { OccupancyConfig } from "../config/model_config.ts";

// Points along x, y and z that are tried: every two metres in nuScenes' range, every one up and down.
const TRIED = [50, 50, 8] as const;
// Where the network too takes a point for one before the camera.
const LEAST_DEPTH = 1e-5;

/** A camera of a key frame whose pictures show nothing of the grid. */
export interface BlindCamera {
  /** The key frame. */
  readonly token: string;
  /** Name of the camera. */
  readonly camera: string;
}

/** Cameras into whose pictures no point of the grid falls: their calibration can hardly be right. */
export function blindCameras(
  { token, projection, imageWh, task }: Pick<Sample, "token" | "projection" | "imageWh" | "task">,
  { range }: Pick<OccupancyConfig, "range">,
): BlindCamera[] {
  const cameras = imageWh.length / 2;
  return Array.from({ length: cameras }, (_, camera) => camera)
    .filter((camera) => {
      const rows = projection.subarray(16 * camera, 16 * camera + 12);
      const [width, height] = imageWh.subarray(2 * camera, 2 * camera + 2) as unknown as Size;
      return !anyPoint(range, ([x, y, z]) => {
        const along = (row: number) =>
          rows[4 * row]! * x + rows[4 * row + 1]! * y + rows[4 * row + 2]! * z + rows[4 * row + 3]!;
        const depth = along(2);
        const [u, v] = [along(0) / depth, along(1) / depth];
        return depth > LEAST_DEPTH && u > 0 && v > 0 && u < width && v < height;
      });
    })
    .map((camera) => ({ token, camera: task.cameras[camera] ?? `camera ${camera}` }));
}

/** What to say of a blind camera. */
export function describeBlind({ token, camera }: BlindCamera): string {
  return `${camera} of key frame ${token} shows nothing of the grid, is its calibration right?`;
}

type Size = readonly [number, number];

/** Whether any point spread over the range passes. */
function anyPoint(
  range: readonly number[],
  passes: (point: readonly [number, number, number]) => boolean,
): boolean {
  const at = (axis: 0 | 1 | 2, i: number) =>
    range[axis]! + (range[axis + 3]! - range[axis]!) * (i + 0.5) / TRIED[axis];
  for (let i = 0; i < TRIED[0]; i++) {
    for (let j = 0; j < TRIED[1]; j++) {
      for (let k = 0; k < TRIED[2]; k++) {
        if (passes([at(0, i), at(1, j), at(2, k)])) return true;
      }
    }
  }
  return false;
}
