import type { F64 } from "../../support.ts";

/** Labels with what a class loss needs to know of them; `mask` and weights may be absent. */
export interface Targets {
  labels: ArrayLike<number>;
  mask?: ArrayLike<number>;
  classWeights?: ArrayLike<number>;
  ignore?: number;
}

/** A loss: one number without axes. */
export function scalar(value: number): F64 {
  return { shape: [], data: Float64Array.of(value) };
}

/** Whether a voxel counts, and has a label among the classes. */
export function counts({ labels, mask, ignore = 255 }: Targets, n: number, classes: number) {
  return (!mask || mask[n] !== 0) && labels[n] !== ignore && labels[n]! < classes;
}

/** Softmax over the first axis of [classes, voxels]. */
export function channelSoftmax({ shape, data }: F64): F64 {
  const [classes, voxels] = shape as [number, number];
  const y = new Float64Array(data.length);
  for (let n = 0; n < voxels; n++) {
    const column = Array.from({ length: classes }, (_, c) => data[c * voxels + n]!);
    const largest = Math.max(...column);
    const exps = column.map((x) => Math.exp(x - largest));
    const total = exps.reduce((a, b) => a + b, 0);
    exps.forEach((e, c) => y[c * voxels + n] = e / total);
  }
  return { shape, data: y };
}

/** Weighted mean of -log of the label's probability, clamped if asked. */
export function negativeLogLikelihood(probs: F64, targets: Targets, clamp = 0): F64 {
  const [classes, voxels] = probs.shape as [number, number];
  let sum = 0, total = 0;
  for (let n = 0; n < voxels; n++) {
    if (!counts(targets, n, classes)) continue;
    const label = targets.labels[n]!;
    const weight = targets.classWeights?.[label] ?? 1;
    const p = Math.min(Math.max(probs.data[label * voxels + n]!, clamp), 1 - clamp);
    sum -= weight * Math.log(p);
    total += weight;
  }
  return scalar(total > 0 ? sum / total : 0);
}

/** Softmax cross-entropy. */
export function crossEntropy(logits: F64, targets: Targets): F64 {
  return negativeLogLikelihood(channelSoftmax(logits), targets);
}
