import type { F64 } from "../../support.ts";

const FARTHEST = 9.21;

/** Sigmoid of a logit clamped to +-9.21. */
function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-Math.min(FARTHEST, Math.max(-FARTHEST, x))));
}

function logit(fraction: number): number {
  const p = Math.min(0.9999, Math.max(1e-4, fraction));
  return Math.log(p / (1 - p));
}

function normalized(q: number[]): number[] {
  const norm = Math.hypot(...q);
  return q.map((v) => v / norm);
}

function multiplied([a, b, c, d]: number[], [e, f, g, h]: number[]): number[] {
  return [
    a! * e! - b! * f! - c! * g! - d! * h!,
    a! * f! + b! * e! + c! * h! - d! * g!,
    a! * g! - b! * h! + c! * e! + d! * f!,
    a! * h! + b! * g! - c! * f! + d! * e!,
  ];
}

/** Settings of a residual refinement; `history` rows come first, `mode` null where there are none. */
export interface Residual {
  readonly range: readonly number[];
  readonly unit: readonly number[];
  readonly history: number;
  readonly mode: "motion" | "full" | null;
  readonly temporalScale: number;
  readonly dynamicScale: number;
}

/** GaussianWorld's residual refinement in doubles, column by column as its paper's code has it. */
export function residualRefine(raw: F64, anchor: F64, settings: Residual): F64 {
  const { range, unit, history, mode, temporalScale, dynamicScale } = settings;
  const [gaussians, width] = raw.shape as [number, number];
  const data = new Float64Array(raw.data.length);
  for (let g = 0; g < gaussians; g++) {
    const o = [...raw.data.subarray(g * width, (g + 1) * width)];
    const a = [...anchor.data.subarray(g * width, (g + 1) * width)];
    if (mode && g < history) {
      const classes = a.slice(11, 28);
      const largest = Math.max(...classes);
      const weight = classes.indexOf(largest) < 11
        ? Math.log1p(Math.exp(largest)) / 10 * dynamicScale
        : 0;
      o.forEach((value, column) => {
        const factor = mode === "full" ? temporalScale : column < 3 ? weight : 0;
        o[column] = value * factor;
      });
    }
    const y = a.map((value, column) => value + o[column]!);
    for (let axis = 0; axis < 3; axis++) {
      const extent = range[axis + 3]! - range[axis]!;
      y[axis] = logit(sigmoid(a[axis]!) + (2 * sigmoid(o[axis]!) - 1) * unit[axis]! / extent);
    }
    const turn = normalized([o[6]! + 1e-5, ...o.slice(7, 10)]);
    y.splice(6, 4, ...normalized(multiplied(turn, a.slice(6, 10))));
    data.set(y, g * width);
  }
  return { shape: raw.shape, data };
}
