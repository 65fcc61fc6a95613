import { datasetIn, DATASETS } from "../datasets.ts";
import type { Occupancy } from "../occupancy/coarsen.ts";
import { type Dataset, type Split, SPLITS } from "../occupancy/dataset.ts";
import type { Fault } from "../occupancy/fault.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { DataRoots } from "../occupancy/sample.ts";
import { countedClasses, type OccupancyTask } from "../occupancy/task.ts";
import { isFile } from "../files/path_kind.ts";
import { checkCameras, checkOrder, faultOf, reasonOf } from "./frame_faults.ts";

/** Which set to verify. */
export interface CheckOptions {
  /** Folder of data of any layout. */
  readonly dataDir: string;
  /** Which of the sets it is; told by its files where not given. */
  readonly dataset?: string | undefined;
  /** Look at the pictures and labels of each so many key frames, 1 for all. */
  readonly every?: number | undefined;
  /** Told of every key frame. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Handed the key frames that were looked at, with their labels where these could be read. */
  readonly onFrame?: (checked: CheckedFrame) => void | Promise<void>;
}

/** A key frame that was looked at. */
export interface CheckedFrame {
  /** Where it is. */
  readonly split: Split;
  /** What the index says of it. */
  readonly frame: KeyFrame;
  /** What the labels are. */
  readonly task: OccupancyTask;
  /** The folder that pictures lie in. */
  readonly folder: string;
  /** Null where they cannot be read. */
  readonly labels: Occupancy | null;
  /** Its place among all that are looked at, from 0. */
  readonly place: number;
  /** How many are looked at. */
  readonly total: number;
}

/** What a set holds, and all that is wrong with it. */
export interface CheckReport {
  /** Name of its readers. */
  readonly dataset: string;
  /** What its labels are. */
  readonly task: OccupancyTask;
  /** Its parts. */
  readonly splits: readonly {
    /** Its name. */
    readonly split: Split;
    /** Key frames that can be read from its index. */
    readonly keyFrames: number;
    /** Sequences that these are of. */
    readonly sequences: number;
    /** Key frames whose files were looked at. */
    readonly checked: number;
    /** How many of those have labels. */
    readonly labelled: number;
  }[];
  /** Voxels by class over all labels that were read, free space and what is ignored included. */
  readonly voxels: readonly {
    readonly label: number;
    readonly name: string;
    readonly count: number;
  }[];
  /** Nothing that is wrong is left out. */
  readonly faults: readonly Fault[];
}

/** Verifies a set of any layout: its index, its pictures and calibrations, its labels; throws for none of it. */
export async function checkData(options: CheckOptions): Promise<CheckReport> {
  const { dataDir, every = 1, onProgress, onFrame } = options;
  const [name, dataset] = datasetNamed(options);
  const task = dataset.taskIn(dataDir);
  const roots = dataset.rootsIn(dataDir);
  const faults: Fault[] = [];
  const listed = await listSplits(dataset, roots, faults);
  const total = listed.reduce((sum, { frames }) => sum + frames.length, 0);
  const looked = listed.reduce((sum, { frames }) => sum + Math.ceil(frames.length / every), 0);
  const counts = new Float64Array(256);
  const splits: CheckReport["splits"][number][] = [];
  const tokens = new Map<string, Split>();
  let [done, place] = [0, 0];
  for (const { split, frames, index } of listed) {
    let [checked, labelled] = [0, 0];
    for (const [i, frame] of frames.entries()) {
      onProgress?.(done++, total);
      const fault = faultOf(frame, index);
      const note = (field: string, what: string, file?: string) =>
        faults.push(fault(field, what, file));
      const other = tokens.get(frame.token);
      if (other && other !== split) note("token", `is in the split "${other}" too`);
      tokens.set(frame.token, split);
      checkOrder(frame, frames[i - 1], note);
      if (i % every > 0) continue;
      checked++;
      checkCameras(frame, { task, folder: roots.nuscenes, note });
      const labels = await readLabels(dataset, frame, { roots, task, note });
      if (labels) {
        labelled++;
        for (let k = 0; k < labels.labels.length; k++) counts[labels.labels[k]!]!++;
      }
      await onFrame?.({
        ...{ split, frame, labels, task, folder: roots.nuscenes },
        ...{ place: place++, total: looked },
      });
    }
    const sequences = new Set(frames.map(({ sceneToken }) => sceneToken)).size;
    splits.push({ split, keyFrames: frames.length, sequences, checked, labelled });
  }
  onProgress?.(total, total);
  const known = task.classes.map((name, label) => ({ label, name, count: counts[label]! }));
  const ignored = task.ignored.filter((label) => label >= task.classes.length)
    .map((label) => ({ label, name: "ignored", count: counts[label]! }));
  return { dataset: name, task, splits, voxels: [...known, ...ignored], faults };
}

function datasetNamed({ dataDir, dataset }: CheckOptions): [name: string, dataset: Dataset] {
  const found = dataset === undefined ? datasetIn(dataDir) : DATASETS[dataset];
  const named = Object.entries(DATASETS).find(([, one]) => one === found);
  if (named) return named;
  throw Object.assign(
    new Error(
      dataset === undefined
        ? `Cannot check "${dataDir}": it is laid out as none of the sets that are read`
        : `Cannot check a set "${dataset}": those there are ${Object.keys(DATASETS).join(", ")}`,
    ),
    {
      hint:
        "a task.json makes it one's own data, data_2d_raw/ SSCBench's, nuscenes_cam/ with surroundocc/, " +
        "gts/ or openocc_v2/ nuScenes",
    },
  );
}

interface Listed {
  readonly split: Split;
  readonly frames: readonly KeyFrame[];
  /** What a fault of the index names. */
  readonly index: string;
}

async function listSplits(
  dataset: Dataset,
  roots: DataRoots,
  faults: Fault[],
): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (const split of SPLITS) {
    const file = dataset.indexFile(roots, split);
    if (file !== null && !isFile(file)) continue;
    const { frames, faults: more } = await dataset.listSplit(roots, split);
    faults.push(...more);
    if (frames.length || more.length) {
      listed.push({ split, frames, index: file ?? roots.infos });
    }
  }
  if (listed.length === 0) {
    const files = SPLITS.map((split) => dataset.indexFile(roots, split) ?? roots.infos);
    faults.push({
      file: files[0]!,
      place: "",
      field: "",
      what: "is not there: no split has an index",
    });
  }
  return listed;
}

async function readLabels(
  dataset: Dataset,
  frame: KeyFrame,
  { roots, task, note }: {
    readonly roots: DataRoots;
    readonly task: OccupancyTask;
    readonly note: (field: string, what: string, file?: string) => void;
  },
): Promise<Occupancy | null> {
  try {
    const labels = await dataset.readLabels(frame, roots, task);
    const counted = new Set(countedClasses(task));
    if (!labels.labels.some((label) => counted.has(label))) {
      note("labels", "name no class: all is free or ignored");
    } else if (!labels.mask.includes(1)) note("labels", "count nowhere: their mask is all 0");
    return labels;
  } catch (error) {
    const file = /^Cannot read "([^"]*)"/.exec((error as Error).message)?.[1];
    note("labels", reasonOf(error as Error), file);
    return null;
  }
}
