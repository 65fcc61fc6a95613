import type { F64 } from "../../support.ts";
import { scalar, type Targets } from "./cross_entropy.ts";

/** Lovász-softmax by the definition: differences of the Jaccard loss, equal errors in voxel order. */
export function lovaszSoftmax(
  probs: F64,
  { labels, mask, ignore = -1 }: Targets,
): F64 {
  const [classes, voxels] = probs.shape as [number, number];
  const kept = Array.from(labels, (_, n) => n)
    .filter((n) => (!mask || mask[n] !== 0) && labels[n] !== ignore);
  const losses: number[] = [];
  for (let c = 0; c < classes; c++) {
    const total = kept.filter((n) => labels[n] === c).length;
    if (total === 0) continue;
    const ranked = kept.map((n) => {
      const hit = labels[n] === c ? 1 : 0;
      return { hit, error: Math.abs(hit - probs.data[c * voxels + n]!) };
    }).sort((a, b) => b.error - a.error);
    let hits = 0, before = 0, loss = 0;
    ranked.forEach(({ hit, error }, k) => {
      hits += hit;
      const jaccard = 1 - (total - hits) / (total + k + 1 - hits);
      loss += error * (jaccard - before);
      before = jaccard;
    });
    losses.push(loss);
  }
  return scalar(losses.length ? losses.reduce((a, b) => a + b, 0) / losses.length : 0);
}
