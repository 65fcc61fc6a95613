import type { F64 } from "../../support.ts";
import { channelSoftmax, scalar, type Targets } from "./cross_entropy.ts";

/** Mean binary cross-entropy of the probability of "not empty". */
export function binaryCrossEntropy(
  probs: F64,
  { labels, mask, ignore = -1, empty = 17 }: Targets & { empty?: number },
): F64 {
  let sum = 0, size = 0;
  for (let n = 0; n < labels.length; n++) {
    if ((mask && !mask[n]) || labels[n] === ignore) continue;
    const p = Math.min(Math.max(probs.data[n]!, 1e-6), 1 - 1e-6);
    sum -= Math.log(labels[n] === empty ? 1 - p : p);
    size++;
  }
  return scalar(size ? sum / size : 0);
}

/** Mean binary cross-entropy of the distributions over [rays, bins]. */
export function pixelDistribution(logits: F64, targets: F64, sigmoid = false): F64 {
  const [rays, bins] = logits.shape as [number, number];
  let sum = 0;
  for (let ray = 0; ray < rays; ray++) {
    const row = logits.data.slice(ray * bins, (ray + 1) * bins);
    const q = sigmoid
      ? row.map((x) => 1 / (1 + Math.exp(-x)))
      : channelSoftmax({ shape: [bins, 1], data: row }).data;
    q.forEach((p, i) => {
      const t = targets.data[ray * bins + i]!;
      // 1 - p, without cancelling where p is near 1.
      const rest = sigmoid
        ? 1 / (1 + Math.exp(row[i]!))
        : q.reduce((a, b, j) => j === i ? a : a + b, 0);
      sum -= t * Math.max(-100, Math.log(p)) + (1 - t) * Math.max(-100, Math.log(rest));
    });
  }
  return scalar(rays * bins ? sum / (rays * bins) : 0);
}
