import type { F64 } from "../../support.ts";
import { channelSoftmax, counts, scalar, type Targets } from "./cross_entropy.ts";

/** Focal loss, sigmoid or softmax, sum over classes and mean over voxels. */
export function focal(
  logits: F64,
  targets: Targets & { voxelWeights?: ArrayLike<number> },
  { softmax = false, gamma = 2, alpha = 0.25 } = {},
): F64 {
  const [classes, voxels] = logits.shape as [number, number];
  const probs = softmax
    ? channelSoftmax(logits).data
    : logits.data.map((x) => 1 / (1 + Math.exp(-x)));
  let sum = 0, size = 0;
  for (let n = 0; n < voxels; n++) {
    if (!counts(targets, n, classes)) continue;
    size++;
    const label = targets.labels[n]!;
    const weight = (targets.classWeights?.[label] ?? 1) * (targets.voxelWeights?.[n] ?? 1);
    for (let c = 0; c < classes; c++) {
      const p = probs[c * voxels + n]!;
      if (c === label) sum -= weight * alpha * (1 - p) ** gamma * Math.log(p);
      else if (!softmax) sum -= weight * (1 - alpha) * p ** gamma * Math.log(1 - p);
    }
  }
  return scalar(size ? sum / size : 0);
}
