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
    notFinite: finiteMask(splats).filter((finite) => finite === 0).length,
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

function spreadOf(stored: Float32Array, activate: (value: number) => number): Spread {
  const values = Float64Array.from(stored.filter(Number.isFinite), activate)
    .filter(Number.isFinite).sort();
  const { length } = values;
  if (length === 0) return { min: null, median: null, mean: null, max: null };
  const median = (values[(length - 1) >> 1]! + values[length >> 1]!) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  return { min: values[0]!, median, mean, max: values[length - 1]! };
}
