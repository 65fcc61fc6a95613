import { EMPTY } from "../../data/nuscenes/classes.ts";
import { PALETTE } from "../../data/nuscenes/pictures.ts";
import { logit, logScale, SH_C0 } from "../../data/splats/activation.ts";
import { allocateSplats, selectSplats, type Splats } from "../../data/splats/splats.ts";

/** Gaussians that a model emits, in the lidar frame and as it uses them. */
export interface PredictedGaussians {
  /** [N, 3] metres. */
  readonly means: Float32Array;
  /** [N, 3] standard deviations along the own axes, metres. */
  readonly scales: Float32Array;
  /** Unit quaternions (w, x, y, z), [N, 4]; the own axes are the rows of their matrices. */
  readonly rotations: Float32Array;
  /** [N], or empty where every opacity is 1. */
  readonly opacities: Float32Array;
  /** [N, classes] */
  readonly semantics: Float32Array;
}

/**
 * Gaussians in the form of 3DGS files, each in the colour of its likeliest class; those of free space
 * are left out.
 */
export function predictedSplats(
  { means, scales, rotations, opacities, semantics }: PredictedGaussians,
): Splats {
  const count = means.length / 3;
  const classes = count ? semantics.length / count : 0;
  const splats = allocateSplats(count, 0);
  const kept: number[] = [];
  splats.positions.set(means);
  for (let i = 0; i < count; i++) {
    const label = likeliest(semantics, i * classes, classes);
    const colour = PALETTE[label];
    if (label === EMPTY || !colour) continue;
    kept.push(i);
    for (let axis = 0; axis < 3; axis++) {
      splats.logScales[3 * i + axis] = logScale(scales[3 * i + axis]!);
      splats.shDc[3 * i + axis] = (colour[axis]! / 255 - 0.5) / SH_C0;
      // 3DGS rotates by the matrix, GaussianFormer by its transpose: the conjugate quaternion.
      splats.quaternions[4 * i + 1 + axis] = -rotations[4 * i + 1 + axis]!;
    }
    splats.quaternions[4 * i] = rotations[4 * i]!;
    splats.opacities[i] = logit(opacities.length ? opacities[i]! : 1);
  }
  return kept.length === count ? splats : selectSplats(splats, Uint32Array.from(kept));
}

function likeliest(values: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (values[from + k]! > values[from + best]!) best = k;
  return best;
}
