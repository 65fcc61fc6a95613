import type { Occupancy } from "../occupancy/coarsen.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { imageFromLidar, labelsFrame } from "../occupancy/projection.ts";
import { countedClasses, type OccupancyTask } from "../occupancy/task.ts";
import { drawOnPictures, type PointsOnPictures } from "./points_on_pictures.ts";

/** Labelled voxels of a key frame on its pictures. */
export interface ProjectedVoxels extends PointsOnPictures {
  /** Voxels of a class, neither free nor ignored. */
  readonly voxels: number;
}

/**
 * Draws the labelled voxels of a key frame into its pictures in the colours of their classes, as large as
 * they are there: the road must lie on the road. Voxels behind others are drawn under them.
 */
export async function projectVoxels(
  frame: KeyFrame,
  { labels, dims }: Pick<Occupancy, "labels" | "dims">,
  { task, folder, width, onPicture }: {
    readonly task: OccupancyTask;
    /** Holds the pictures. */
    readonly folder: string;
    readonly width?: number;
    readonly onPicture?: ((done: number) => void) | undefined;
  },
): Promise<ProjectedVoxels> {
  const counted = new Set(countedClasses(task));
  const { voxel, min } = task.grid;
  const [, ny, nz] = dims;
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (counted.has(labels[i]!)) count++;
  const xyz = new Float32Array(3 * count);
  const classes = new Uint8Array(count);
  for (let i = 0, at = 0; i < labels.length; i++) {
    if (!counted.has(labels[i]!)) continue;
    const place = [Math.floor(i / (ny * nz)), Math.floor(i / nz) % ny, i % nz];
    for (let axis = 0; axis < 3; axis++) {
      xyz[3 * at + axis] = min[axis]! + voxel * (place[axis]! + 0.5);
    }
    classes[at++] = labels[i]!;
  }
  const from = labelsFrame(frame.lidar, task.frame);
  const drawn = await drawOnPictures(
    frame,
    { xyz, colourOf: (point) => task.palette[classes[point]!]!, edge: voxel },
    {
      folder,
      matrixOf: (camera) => imageFromLidar(camera, from),
      around: task.around,
      ...(width === undefined ? {} : { width }),
      onPicture,
    },
  );
  return { ...drawn, voxels: count };
}
