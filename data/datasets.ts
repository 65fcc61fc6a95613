import { nuscenes } from "./nuscenes/dataset.ts";
import { occ3dNuscenes } from "./occ3d/dataset.ts";
import { openOccNuscenes } from "./openocc/dataset.ts";
import { own } from "./own/dataset.ts";
import { kitti360Drives } from "./kitti360/dataset.ts";
import type { Dataset, Split } from "./occupancy/dataset.ts";
import type { KeyFrame } from "./occupancy/key_frame.ts";
import type { DataRoots } from "./occupancy/sample.ts";
import type { OccupancyTask } from "./occupancy/task.ts";

/**
 * The sets that can be read, by the name that tasks give: one more is a folder and a line here. A folder
 * that fits several is the first of them.
 */
export const DATASETS: Readonly<Record<string, Dataset>> = {
  own,
  kitti360: kitti360Drives,
  nuscenes,
  occ3d: occ3dNuscenes,
  openocc: openOccNuscenes,
};

/** The readers that a task names. */
export function datasetOf({ name, dataset }: Pick<OccupancyTask, "name" | "dataset">): Dataset {
  const found = Object.hasOwn(DATASETS, dataset) ? DATASETS[dataset] : undefined;
  if (found) return found;
  throw new RangeError(
    `Cannot read the task "${name}": its dataset is "${dataset}", those there are ${
      Object.keys(DATASETS).join(", ")
    }`,
  );
}

/** The key frames of a split of a task's set, in the set's order. */
export async function readKeyFrames(
  roots: DataRoots,
  split: Split,
  task: OccupancyTask,
): Promise<KeyFrame[]> {
  return await datasetOf(task).readSplit(roots, split);
}

/** The set that a folder of data is laid out as; null where it is none of them. */
export function datasetIn(folder: string): Dataset | null {
  return Object.values(DATASETS).find(({ isIn }) => isIn(folder)) ?? null;
}

/**
 * What the labels in a folder of data are where a model of labels of `dataset` must be told: null where
 * they are just these, or the folder does not say.
 */
export function taskOfFolder(folder: string, dataset: string): OccupancyTask | null {
  const named = Object.hasOwn(DATASETS, dataset) ? DATASETS[dataset]! : null;
  const found = named?.isIn(folder) ? named : datasetIn(folder);
  return found === null || found === named && found !== own ? null : found.taskIn(folder);
}

/** What the labels in a folder of data are; throws where it is laid out as none of the sets. */
export function taskIn(folder: string): OccupancyTask {
  const found = datasetIn(folder);
  if (found) return found.taskIn(folder);
  throw new Error(
    `Cannot tell the labels of "${folder}": it is laid out as none of the sets that are read`,
  );
}
