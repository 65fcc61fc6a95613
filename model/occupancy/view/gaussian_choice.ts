import type { GaussianArrays } from "./gaussian_splats.ts";

/**
 * Which Gaussians a picture shows: "base" the opaque ones, as GaussianFormer's visualisation does;
 * "prob" those off the ground and not flat, all of them solid, as GaussianFormer-2's; "all" those that
 * are not of free space.
 */
export type GaussianChoice = "base" | "prob" | "all";

/** How far an ellipsoid reaches, in standard deviations. */
export const ELLIPSOID_RADII: Readonly<Record<GaussianChoice, number>> = {
  base: 1.5,
  prob: 2,
  all: 1.5,
};
const BASE_OPACITY = 0.75;
// Of 100 equal slices of height, those 10 that hold most Gaussians are the ground.
const SLICES = 100;
const FULLEST = 10;
const LEAST_HEIGHT = 0.1;

/** The class of each Gaussian, that of its greatest semantics. */
export function gaussianClasses({ means, semantics, labels }: GaussianArrays): Uint8Array {
  const channels = labels.length;
  const classes = new Uint8Array(means.length / 3);
  for (let i = 0; i < classes.length; i++) {
    let best = 0;
    for (let k = 1; k < channels; k++) {
      if (semantics[i * channels + k]! > semantics[i * channels + best]!) best = k;
    }
    classes[i] = labels[best]!;
  }
  return classes;
}

/** The Gaussians that a choice shows; `minOpacity` replaces the threshold of "base" and "all". */
export function chooseGaussians(
  gaussians: GaussianArrays,
  choice: GaussianChoice,
  { minOpacity, empty }: { readonly minOpacity?: number | undefined; readonly empty: number },
): GaussianArrays {
  const { means, scales, opacities } = gaussians;
  const classes = gaussianClasses(gaussians);
  const threshold = minOpacity ?? (choice === "base" ? BASE_OPACITY : 0);
  const inGround = choice === "prob" ? groundOf(means) : () => false;
  const shown: number[] = [];
  classes.forEach((label, i) => {
    if (label === empty) return;
    const opacity = opacities.length ? opacities[i]! : 1;
    // The original's comparison is strict; at 0 everything is shown.
    const opaque = threshold === 0 || opacity > threshold;
    if (choice === "prob") {
      const wanted = minOpacity === undefined || opaque;
      if (wanted && scales[3 * i + 2]! > LEAST_HEIGHT && !inGround(means[3 * i + 2]!)) {
        shown.push(i);
      }
    } else if (opaque) shown.push(i);
  });
  const rows = (values: Float32Array, width: number) => {
    const picked = new Float32Array(width * shown.length);
    shown.forEach((from, to) =>
      picked.set(values.subarray(width * from, width * (from + 1)), width * to)
    );
    return picked;
  };
  return {
    means: rows(means, 3),
    scales: rows(scales, 3),
    rotations: rows(gaussians.rotations, 4),
    // "prob" draws everything solid.
    opacities: opacities.length && choice !== "prob" ? rows(opacities, 1) : new Float32Array(0),
    semantics: rows(gaussians.semantics, gaussians.labels.length),
    labels: gaussians.labels,
  };
}

/** Tells whether a height lies in one of the fullest slices, both ends included. */
function groundOf(means: Float32Array): (z: number) => boolean {
  const heights = new Float32Array(means.length / 3);
  for (let i = 0; i < heights.length; i++) heights[i] = means[3 * i + 2]!;
  let [low, high] = [Infinity, -Infinity];
  for (const z of heights) [low, high] = [Math.min(low, z), Math.max(high, z)];
  // As NumPy does where all are the same.
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const edge = (slice: number) => low + slice * (high - low) / SLICES;
  const counts = new Uint32Array(SLICES);
  for (const z of heights) {
    counts[Math.min(SLICES - 1, Math.floor((z - low) / (high - low) * SLICES))]!++;
  }
  const fullest = Array.from({ length: SLICES }, (_, slice) => slice)
    .sort((a, b) => counts[b]! - counts[a]! || b - a).slice(0, FULLEST);
  return (z) => fullest.some((slice) => z >= edge(slice) && z <= edge(slice + 1));
}
