import type { F64 } from "../../support.ts";
import { scalar, type Targets } from "./cross_entropy.ts";

const EPS = 1e-5;

/** Voxels that the overlap losses count: labels past the classes are background to all of them. */
function kept({ labels, mask, ignore = 255 }: Targets): number[] {
  return Array.from(labels, (_, n) => n)
    .filter((n) => (!mask || mask[n] !== 0) && labels[n] !== ignore);
}

function minusLog(x: number): number {
  while (x >= 1 - 1e-5) x -= 1e-5;
  while (x < 1e-5) x += 1e-5;
  return -Math.log(x);
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Scene-class affinity over the classes but those of `skip`. */
export function semScal(probs: F64, targets: Targets, skip: readonly number[]): F64 {
  const [classes, voxels] = probs.shape as [number, number];
  const rows = kept(targets);
  let total = 0, seen = 0;
  for (let c = 0; c < classes; c++) {
    if (skip.includes(c)) continue;
    const p = rows.map((n) => probs.data[c * voxels + n]!);
    const t: number[] = rows.map((n) => targets.labels[n] === c ? 1 : 0);
    if (sum(t) === 0) continue;
    seen++;
    const hit = sum(p.map((x, i) => x * t[i]!));
    if (sum(p) > 0) total += minusLog(hit / (sum(p) + EPS));
    total += minusLog(hit / (sum(t) + EPS));
    const outside = sum(t.map((x) => 1 - x));
    if (outside > 0) {
      total += minusLog(sum(p.map((x, i) => (1 - x) * (1 - t[i]!))) / (outside + EPS));
    }
  }
  return scalar(seen ? total / seen : 0);
}

/** Scene-class affinity of "not empty". */
export function geoScal(probs: F64, targets: Targets, empty: number): F64 {
  const voxels = probs.shape[1]!;
  const rows = kept(targets);
  if (!rows.length) return scalar(0);
  const q = rows.map((n) => probs.data[empty * voxels + n]!);
  const t: number[] = rows.map((n) => targets.labels[n] === empty ? 0 : 1);
  const hit = sum(q.map((x, i) => (1 - x) * t[i]!));
  return scalar(
    minusLog(hit / (sum(q.map((x) => 1 - x)) + EPS)) + minusLog(hit / (sum(t) + EPS)) +
      minusLog(sum(q.map((x, i) => x * (1 - t[i]!))) / (sum(t.map((x) => 1 - x)) + EPS)),
  );
}

/** Dice loss. */
export function dice(probs: F64, targets: Targets): F64 {
  const [classes, voxels] = probs.shape as [number, number];
  const rows = kept(targets);
  let total = 0;
  for (let c = 0; c < classes; c++) {
    const p = rows.map((n) => probs.data[c * voxels + n]!);
    const t: number[] = rows.map((n) => targets.labels[n] === c ? 1 : 0);
    const weight = targets.classWeights?.[c] ?? 1;
    const overlap = (2 * sum(p.map((x, i) => x * t[i]!)) + 1) /
      (sum(p.map((x) => x * x)) + sum(t) + 1);
    total += weight * (1 - overlap) / classes;
  }
  return scalar(total);
}
