import type { Occupancy } from "./coarsen.ts";
import type { Fault } from "./fault.ts";
import type { KeyFrame } from "./key_frame.ts";
import type { DataRoots } from "./sample.ts";
import type { OccupancyTask } from "./task.ts";

/** The parts of a set; few have a third one with labels. */
export type Split = "train" | "val" | "test";

/** The names of the parts. */
export const SPLITS: readonly Split[] = ["train", "val", "test"];

/** How the files of a set are read; all else that is particular to it is in its task record. */
export interface Dataset {
  /** Whether a folder of data is laid out as this set. */
  readonly isIn: (folder: string) => boolean;
  /** What the labels in such a folder are. */
  readonly taskIn: (folder: string) => OccupancyTask;
  /** Where its files are below such a folder. */
  readonly rootsIn: (folder: string) => DataRoots;
  /** The file that a split's index is read from; null where folders are the index. */
  readonly indexFile: (roots: DataRoots, split: Split) => string | null;
  /** The key frames of a split, in the set's order. */
  readonly readSplit: (roots: DataRoots, split: Split) => Promise<KeyFrame[]>;
  /** The key frames of a split that are as they must be, and all that is wrong with its index. */
  readonly listSplit: (
    roots: DataRoots,
    split: Split,
  ) => Promise<{ readonly frames: KeyFrame[]; readonly faults: Fault[] }>;
  /** The labels of a key frame on the task's grid; errors name the file. */
  readonly readLabels: (
    frame: KeyFrame,
    roots: DataRoots,
    task: OccupancyTask,
  ) => Promise<Occupancy>;
}

/** Where the files are of a set all of which lies in one folder. */
export function oneFolder(folder: string): DataRoots {
  return { nuscenes: folder, infos: folder, labels: folder };
}
