import type { Sample } from "../../../data/occupancy/sample.ts";
import { gridRange, type OccupancyTask } from "../../../data/occupancy/task.ts";
import { gridDims, type ModelConfig } from "../config/model_config.ts";
import type { GaussianArrays } from "./gaussian_splats.ts";
import type { KeyFrameFile } from "./key_frame_file.ts";

// All that is drawn, and every splat and mesh that is written, has x to the right, y ahead and z up, as
// nuScenes' lidar. The frame of a car has x ahead and y to the left: a quarter turn around z away.

type Dims = readonly [number, number, number];
type Range = ModelConfig["occupancy"]["range"];

function isTurned({ frame }: Pick<OccupancyTask, "frame">): boolean {
  return frame === "ego";
}

/** Voxels per axis as they are drawn. */
export function drawnDims([nx, ny, nz]: Dims, task: Pick<OccupancyTask, "frame">): Dims {
  return isTurned(task) ? [ny, nx, nz] : [nx, ny, nz];
}

/** Low and high corner as they are drawn. */
export function drawnRange(range: Range, task: Pick<OccupancyTask, "frame">): Range {
  const [x0, y0, z0, x1, y1, z1] = range;
  return isTurned(task) ? [0 - y1, x0, z0, 0 - y0, x1, z1] : range;
}

/** The box of a task's grid in the frame of splat files (x right, y down, z forward): low, then high corner. */
export function splatRange(
  task: Pick<OccupancyTask, "frame" | "grid">,
): ModelConfig["occupancy"]["range"] {
  const [x0, y0, z0, x1, y1, z1] = drawnRange(gridRange(task.grid), task);
  return [x0, 0 - z1, y0, x1, 0 - z0, y1];
}

/** Labels of a grid of `dims` as they are drawn, x slowest. */
export function drawnVoxels<T extends ArrayLike<number>>(
  labels: T,
  [nx, ny, nz]: Dims,
  task: Pick<OccupancyTask, "frame">,
): T | Uint8Array {
  if (!isTurned(task) || labels.length === 0) return labels;
  const turned = new Uint8Array(labels.length);
  for (let i = 0, at = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) {
      const start = ((ny - 1 - j) * nx + i) * nz;
      for (let k = 0; k < nz; k++, at++) turned[start + k] = labels[at]!;
    }
  }
  return turned;
}

/** Gaussians as they are drawn. */
export function drawnGaussians(
  gaussians: GaussianArrays,
  task: Pick<OccupancyTask, "frame">,
): GaussianArrays {
  if (!isTurned(task)) return gaussians;
  const means = drawnPoints(gaussians.means, task);
  const rotations = new Float32Array(gaussians.rotations.length);
  const half = Math.SQRT1_2;
  // The axes are the rows of R, which the turn is taken from: q (half, 0, 0, -half).
  for (let i = 0; i < rotations.length; i += 4) {
    const [w, x, y, z] = gaussians.rotations.subarray(i, i + 4) as unknown as [
      ...[number, number, number, number],
    ];
    rotations.set([half * (w + z), half * (x - y), half * (y + x), half * (z - w)], i);
  }
  return { ...gaussians, means, rotations };
}

/** Points [n, 3] as they are drawn. */
export function drawnPoints(
  points: Float32Array,
  task: Pick<OccupancyTask, "frame">,
): Float32Array {
  if (!isTurned(task)) return points;
  const turned = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    turned[i] = -points[i + 1]!;
    turned[i + 1] = points[i]!;
    turned[i + 2] = points[i + 2]!;
  }
  return turned;
}

/** A key frame as it is drawn: labels, mask and projections. */
export function drawnSample(sample: Sample): Sample {
  const { task, dims, labels, mask, projection } = sample;
  if (!isTurned(task)) return sample;
  const turned = projection.slice();
  // What was along x is along y now, what was along y against x.
  for (let row = 0; row < turned.length; row += 4) {
    turned[row] = -projection[row + 1]!;
    turned[row + 1] = projection[row]!;
  }
  return {
    ...sample,
    dims: drawnDims(dims, task),
    labels: drawnVoxels(labels, dims, task) as Uint8Array,
    mask: drawnVoxels(mask, dims, task) as Uint8Array,
    projection: turned,
    task: drawnTask(task),
  };
}

/** A key frame's file as it is drawn. */
export function drawnKeyFrame(frame: KeyFrameFile): KeyFrameFile {
  const { task, dims, range, prediction, truth } = frame;
  const turned = (labels: Uint8Array) => drawnVoxels(labels, dims, task);
  return {
    ...frame,
    dims: drawnDims(dims, task),
    range: drawnRange(range as Range, task),
    prediction: turned(prediction),
    truth: truth && turned(truth),
  };
}

/** Settings whose grid is the one that is drawn. */
export function drawnConfig(config: ModelConfig): ModelConfig {
  const { task, occupancy } = config;
  if (!isTurned(task)) return config;
  return {
    ...config,
    task: drawnTask(task),
    occupancy: { ...occupancy, range: drawnRange(occupancy.range, task) },
  };
}

/** A prediction of a model with these settings as it is drawn. */
export function drawnPrediction<T extends ArrayLike<number>>(
  prediction: T,
  { occupancy, task }: Pick<ModelConfig, "occupancy" | "task">,
): T | Uint8Array {
  return drawnVoxels(prediction, gridDims(occupancy), task);
}

function drawnTask(task: OccupancyTask): OccupancyTask {
  const { dims, voxel, min: [x, y, z] } = task.grid;
  const min = [0 - y - dims[1] * voxel, x, z] as const;
  return { ...task, frame: "lidar", grid: { dims: drawnDims(dims, task), voxel, min } };
}
