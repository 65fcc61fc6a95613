import { datasetIn, datasetOf } from "../datasets.ts";
import { writeAtomically } from "../files/atomic_file.ts";
import { readInfos } from "../nuscenes/infos.ts";
import { surroundOcc } from "../nuscenes/task.ts";
import type { Dataset, Split } from "../occupancy/dataset.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { inOrder } from "../occupancy/sample.ts";
import { readIndexFile } from "../own/index_file.ts";
import { encodePng } from "../pictures/png/png.ts";
import type { RgbPicture } from "../pictures/picture.ts";
import type { PointsOnPictures } from "./points_on_pictures.ts";
import { projectSweep } from "./projected_sweep.ts";
import { projectVoxels } from "./projected_voxels.ts";

/** Which key frame to draw, and where to. */
export type ProjectOptions = {
  /** Folder of data of any layout. */
  dataDir: string;
  split: Split;
  /** Another index than the split's. */
  infos?: string | undefined;
  /** Place in the index, from 0. */
  frame: number;
  /** What to draw: nuScenes' lidar, or the labelled voxels; lidar unless given where a set has it. */
  what?: "lidar" | "labels" | undefined;
  /** Width of one of the pictures, pixels. */
  width?: number;
  /** The PNG file to write. */
  out: string;
  /** Told after each picture. */
  onPicture?: (done: number) => void;
};

/** What was drawn. */
export type ProjectReport = {
  token: string;
  /** Of the index. */
  keyFrames: number;
  what: "lidar" | "labels";
  /** Points of the lidar, or voxels of a class. */
  points: number;
  cameras: PointsOnPictures["cameras"];
};

/** Draws one key frame as `projectSweep` or `projectVoxels` does and writes it as a PNG. */
export async function projectKeyFrame(options: ProjectOptions): Promise<ProjectReport> {
  const { dataDir, split, infos, frame, out } = options;
  const dataset = datasetIn(dataDir) ?? datasetOf(surroundOcc);
  const frames = infos === undefined
    ? await dataset.readSplit(dataset.rootsIn(dataDir), split)
    : infos.endsWith(".jsonl")
    ? readIndexFile(infos)
    : readInfos(await Deno.readFile(infos), infos);
  const chosen = frames[frame];
  if (!chosen) {
    throw new RangeError(
      `Cannot draw key frame ${frame}: the index has ${frames.length}, counted from 0`,
    );
  }
  const { picture, ...report } = await drawn(chosen, dataset, options);
  writeAtomically(out, encodePng(picture));
  return { token: chosen.token, keyFrames: frames.length, ...report };
}

async function drawn(
  frame: KeyFrame,
  dataset: Dataset,
  { dataDir, what, width, onPicture }: ProjectOptions,
): Promise<Omit<ProjectReport, "token" | "keyFrames"> & { picture: RgbPicture }> {
  const roots = dataset.rootsIn(dataDir);
  const task = dataset.taskIn(dataDir);
  const ordered = { ...frame, cameras: inOrder(frame, task) };
  const shown = { ...(width ? { width } : {}), ...(onPicture ? { onPicture } : {}) };
  if ((what ?? "lidar") === "lidar" && frame.lidar.file !== "") {
    const { around } = task;
    return { what: "lidar", ...await projectSweep(ordered, roots.nuscenes, { ...shown, around }) };
  }
  if (what === "lidar") {
    throw new Error(
      `Cannot draw the lidar of key frame "${frame.token}": its index names no file of it, its labels can be drawn`,
    );
  }
  const labels = await dataset.readLabels(frame, roots, task);
  const { voxels, ...rest } = await projectVoxels(ordered, labels, {
    task,
    folder: roots.nuscenes,
    ...shown,
  });
  return { what: "labels", points: voxels, ...rest };
}
