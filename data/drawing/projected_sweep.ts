import { surroundOcc } from "../nuscenes/task.ts";
import { readLidarPoints } from "../weak_labels/lidar_points.ts";
import type { OccupancyTask } from "../occupancy/task.ts";
import { dataFile } from "../occupancy/data_files.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { imageFromLidar } from "../occupancy/projection.ts";
import { drawOnPictures, type PointsOnPictures } from "./points_on_pictures.ts";

/** Lidar points of a key frame on its pictures. */
export interface ProjectedSweep extends PointsOnPictures {
  /** Points of the sweep. */
  readonly points: number;
}

/**
 * Draws the lidar points of a key frame into its pictures, coloured by depth from red (near)
 * over green to blue (far): where they miss edges, calibration or poses are wrong. `width` is that of one
 * picture of the sheet, pixels.
 */
export async function projectSweep(
  frame: KeyFrame,
  folder: string,
  { width = 800, around = surroundOcc.around, onPicture }: {
    width?: number;
    /** The cameras as one looks around; nuScenes' unless given. */
    around?: OccupancyTask["around"];
    onPicture?: (done: number) => void;
  } = {},
): Promise<ProjectedSweep> {
  const { numbers, stride } = readLidarPoints(dataFile(folder, frame.lidar.file));
  const points = numbers.length / stride;
  const xyz = new Float32Array(3 * points);
  for (let i = 0; i < points; i++) xyz.set(numbers.subarray(stride * i, stride * i + 3), 3 * i);
  const drawn = await drawOnPictures(
    frame,
    { xyz, colourOf: (_, depth) => depthColour(depth), edge: 0 },
    {
      folder,
      matrixOf: (camera) => imageFromLidar(camera, frame.lidar),
      around,
      width,
      onPicture,
    },
  );
  return { ...drawn, points };
}

/** Red at 3 m and nearer to blue at 60 m and farther, by the logarithm of the depth. */
export function depthColour(depth: number): [number, number, number] {
  const far = Math.min(1, Math.max(0, Math.log(depth / 3) / Math.log(60 / 3)));
  const hue = 4 * far; // 0 red, 1 yellow, 2 green, 3 cyan, 4 blue
  const level = (from: number) => Math.round(255 * Math.min(1, Math.max(0, from)));
  return [level(2 - hue), level(hue < 2 ? hue : 4 - hue), level(hue - 2)];
}
