import type { Confusion } from "./confusion.ts";

/** What GaussianWorld's evaluation reports on SurroundOcc's labels: fractions. */
export interface StreamMiou {
  /** True positives per class, 0 for noise. */
  readonly tp: number[];
  /** The same of false positives. */
  readonly fp: number[];
  /** The same of false negatives. */
  readonly fn: number[];
  /** 0 for a class that occurs nowhere. */
  readonly iou: number[];
  /** Mean over the classes between noise and empty; absent ones count as 0. */
  readonly miou: number;
  /** Occupied or not, over all voxels: a row a prediction, a column a label. */
  readonly geometry: [[number, number], [number, number]];
  /** IoU of what is occupied: noise voxels count as empty. */
  readonly geometryIou: number;
}

/**
 * The rule of GaussianWorld: class 0 is noise, the last is empty. Predictions of noise are no false
 * negatives and labels of noise no false positives; in the geometry noise is empty. (GaussianFormer's
 * own rule, `MeanIou`, drops voxels of noise, counts a prediction of noise as occupied, and an absent
 * class as 1.)
 */
export function streamMiou(confusion: Confusion): StreamMiou {
  const { classes } = confusion;
  const inner = Array.from({ length: classes - 1 }, (_, i) => i + 1);
  const sum = (at: (other: number) => number) => inner.reduce((total, c) => total + at(c), 0);
  const all = Array.from({ length: classes }, (_, c) => c);
  const tp = all.map((c) => c ? confusion.at(c, c) : 0);
  const fp = all.map((c) => c ? sum((label) => confusion.at(label, c)) - tp[c]! : 0);
  const fn = all.map((c) => c ? sum((prediction) => confusion.at(c, prediction)) - tp[c]! : 0);
  const iou = tp.map((hits, c) => hits ? hits / (hits + fp[c]! + fn[c]!) : 0);
  const geometry: StreamMiou["geometry"] = [[0, 0], [0, 0]];
  const occupied = (c: number) => c > 0 && c < classes - 1 ? 1 : 0;
  for (const label of all) {
    for (const prediction of all) {
      geometry[occupied(prediction)]![occupied(label)]! += confusion.at(label, prediction);
    }
  }
  const [[, missed], [invented, hits]] = geometry;
  const union = hits + missed + invented;
  return {
    tp,
    fp,
    fn,
    iou,
    miou: iou.slice(1, -1).reduce((a, b) => a + b, 0) / Math.max(1, classes - 2),
    geometry,
    geometryIou: union ? hits / union : 0,
  };
}
