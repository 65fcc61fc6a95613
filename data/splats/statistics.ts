import { sigmoid } from "./activation.ts";
import { finiteMask, type ShDegree, type Splats } from "./splats.ts";

/** Smallest, median, mean and largest of some values; all null where there are none. */
export interface Spread {
  /** Smallest finite value; null where there is none. */
  readonly min: number | null;
  /** Median of the finite values. */
  readonly median: number | null;
  /** Mean of the finite values. */
  readonly mean: number | null;
  /** Largest finite value. */
  readonly max: number | null;
}

/** What a set of Gaussians is like; values that are NaN or infinite are left out of the figures. */
export interface SplatStatistics {
  /** How many Gaussians there are. */
  readonly count: number;
  /** Degree of the harmonics of colours. */
  readonly degree: ShDegree;
  /** Bounds of the centres; null without any. */
  readonly bounds: { readonly min: number[]; readonly max: number[] } | null;
  /** Standard deviations along the Gaussians' own axes. */
  readonly scale: Spread;
  /** Opacities after the sigmoid. */
  readonly opacity: Spread;
  /** Gaussians with a NaN or infinite value. */
  readonly notFinite: number;
}

/** Counts and measures a set of Gaussians. */
export function statisticsOf(splats: Splats): SplatStatistics {
  return {
    count: splats.count,
    degree: splats.degree,
    bounds: boundsOf(splats.positions),
    scale: spreadOf(splats.logScales, Math.exp),
    opacity: spreadOf(splats.opacities, sigmoid),
    notFinite: countOf(finiteMask(splats), 0),
  };
}

function boundsOf(positions: Float32Array): SplatStatistics["bounds"] {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let at = 0; at < positions.length; at++) {
    const value = positions[at]!;
    if (!Number.isFinite(value)) continue;
    min[at % 3] = Math.min(min[at % 3]!, value);
    max[at % 3] = Math.max(max[at % 3]!, value);
  }
  return min.every(Number.isFinite) ? { min, max } : null;
}

function countOf(bytes: Uint8Array, wanted: number): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === wanted) count++;
  return count;
}

// Plain loops: `filter` and `from` of typed arrays gather boxed numbers, 54 and 120 bytes for each,
// and cannot hold more than 2^27 of them.
function spreadOf(stored: Float32Array, activate: (value: number) => number): Spread {
  const activated = new Float64Array(stored.length);
  let length = 0;
  let sum = 0;
  for (let at = 0; at < stored.length; at++) {
    if (!Number.isFinite(stored[at])) continue;
    const value = activate(stored[at]!);
    if (!Number.isFinite(value)) continue;
    activated[length++] = value;
    sum += value;
  }
  if (length === 0) return { min: null, median: null, mean: null, max: null };
  const values = activated.subarray(0, length).sort();
  const median = (values[(length - 1) >> 1]! + values[length >> 1]!) / 2;
  return { min: values[0]!, median, mean: sum / length, max: values[length - 1]! };
}
