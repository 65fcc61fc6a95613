import { restCoefficients, type ShDegree } from "../../../data/splats/splats.ts";

/** Bytes beside the GPU's by what they are for. */
export interface HostPlan {
  /** What training started from. */
  readonly start: number;
  /** Parameters and moments as a checkpoint reads them back. */
  readonly saving: number;
  /** Decoded pictures. */
  readonly pictures: number;
  readonly total: number;
}

/** The host's memory that a training takes, for `start` Gaussians at first and so many at last. */
export function hostPlan(
  { start, gaussians, degree, pictures }: {
    readonly start: number;
    readonly gaussians: number;
    readonly degree: ShDegree;
    /** Bytes of decoded pictures that are kept. */
    readonly pictures: number;
  },
): HostPlan {
  // Place, scales, rotation, opacity and the constant harmonic are 14 numbers of 4 bytes.
  const each = 4 * (14 + 3 * restCoefficients(degree));
  const plan = { start: each * start, saving: 3 * each * gaussians, pictures };
  return { ...plan, total: plan.start + plan.saving + plan.pictures };
}
