import type { Confusion } from "./confusion.ts";

/** What semantic scene completion reports: fractions. */
export interface SceneCompletion {
  /** Occupied against empty: true positives, false positives, false negatives. */
  readonly completion: { tp: number; fp: number; fn: number };
  /** tp / (tp + fp), 0 where nothing is predicted. */
  readonly precision: number;
  /** tp / (tp + fn), 0 where nothing is occupied. */
  readonly recall: number;
  /** Of occupied against empty. */
  readonly iou: number;
  /** Per class, empty first: voxels of the class that are predicted to be. */
  readonly tp: number[];
  /** Per class: voxels of other classes that are predicted to be of it. */
  readonly fp: number[];
  /** Per class: voxels of it that are predicted to be of others. */
  readonly fn: number[];
  /** tp / (tp + fp + fn + 1e-5): a class that occurs nowhere has 0. */
  readonly classIou: number[];
  /** Mean of `classIou` without empty; a class that occurs nowhere counts as 0. */
  readonly miou: number;
}

/** The guard of the published evaluation against 0/0, which makes absent classes count as 0. */
const GUARD = 1e-5;

/** IoU and mIoU as SSCBench publishes them for KITTI-360: class 0 is empty, all others are in the mean. */
export function sceneCompletion(confusion: Confusion): SceneCompletion {
  const { tp, fp, fn } = confusion.errors();
  const hits = tp.slice(1).reduce((a, b) => a + b, 0) + confusedOccupied(confusion);
  const completion = { tp: hits, fp: fn[0]!, fn: fp[0]! };
  const share = (part: number, whole: number) => whole ? part / whole : 0;
  const classIou = tp.map((n, c) => n / (n + fp[c]! + fn[c]! + GUARD));
  return {
    completion,
    precision: share(hits, hits + completion.fp),
    recall: share(hits, hits + completion.fn),
    iou: share(hits, hits + completion.fp + completion.fn),
    tp,
    fp,
    fn,
    classIou,
    miou: classIou.slice(1).reduce((a, b) => a + b, 0) / Math.max(1, classIou.length - 1),
  };
}

/** Voxels that are occupied and predicted to be, under another class. */
function confusedOccupied({ classes, counts }: Confusion): number {
  let total = 0;
  for (let label = 1; label < classes; label++) {
    for (let prediction = 1; prediction < classes; prediction++) {
      if (label !== prediction) total += counts[label * classes + prediction]!;
    }
  }
  return total;
}
