import { nuscenes } from "./nuscenes/dataset.ts";
import { occ3dNuscenes } from "./occ3d/dataset.ts";
import { openOccNuscenes } from "./openocc/dataset.ts";
import { own } from "./own/dataset.ts";
import type { Dataset } from "./occupancy/dataset.ts";
import type { KeyFrame } from "./occupancy/key_frame.ts";
import type { DataRoots } from "./occupancy/sample.ts";
import type { OccupancyTask } from "./occupancy/task.ts";

/** The sets that can be read, by the name that tasks give: one more is a folder and a line here. */
export const DATASETS: Readonly<Record<string, Dataset>> = {
  nuscenes,
  occ3d: occ3dNuscenes,
  openocc: openOccNuscenes,
  own,
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
  split: "train" | "val",
  task: OccupancyTask,
): Promise<KeyFrame[]> {
  return await datasetOf(task).readSplit(roots, split);
}
