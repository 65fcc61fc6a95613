import type { Occupancy } from "./coarsen.ts";
import type { KeyFrame } from "./key_frame.ts";
import type { DataRoots } from "./sample.ts";
import type { OccupancyTask } from "./task.ts";

/** How the files of a set are read; all else that is particular to it is in its task record. */
export interface Dataset {
  /** The file that a split's index is read from. */
  readonly indexFile: (roots: DataRoots, split: "train" | "val") => string;
  /** The key frames of a split, in the set's order. */
  readonly readSplit: (roots: DataRoots, split: "train" | "val") => Promise<KeyFrame[]>;
  /** The labels of a key frame on the task's grid; errors name the file. */
  readonly readLabels: (
    frame: KeyFrame,
    roots: DataRoots,
    task: OccupancyTask,
  ) => Promise<Occupancy>;
}
