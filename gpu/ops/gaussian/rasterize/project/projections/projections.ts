import type { Snippet } from "../../../../../kernel.ts";
import ewaSource from "./ewa.wgsl" with { type: "text" };
import ewaBackwardSource from "./ewa_backward.wgsl" with { type: "text" };
import unscentedSource from "./unscented.wgsl" with { type: "text" };
import unscentedBackwardSource from "./unscented_backward.wgsl" with { type: "text" };

/**
 * How a Gaussian's shape comes to the screen: by the camera's Jacobian at its mean (EWA), or by the pictures
 * of seven points of it, which is nearer to the truth where a lens bends much within one Gaussian.
 */
export type Projection = "ewa" | UnscentedTransform;

/** Where the points of the unscented transform lie and what they weigh (Wu et al. 2024, 3DGUT). */
export interface UnscentedTransform {
  /**
   * Distance of the points in units of sqrt(3 + kappa) standard deviations. 1 unless given: at gsplat's 0.1
   * weights of 17 and -99 cost 2 to 14 % of a covariance in f32.
   */
  readonly alpha?: number;
  /** More weight of the mean in the covariance, 2 unless given. */
  readonly beta?: number;
  /** 0 unless given. */
  readonly kappa?: number;
  /** Share of the picture's sides within which points beside it count as seen, 0.1 unless given. */
  readonly margin?: number;
}

/** The overrides that unscented.wgsl declares. */
export function unscentedConstants(
  { alpha = 1, beta = 2, kappa = 0, margin = 0.1 }: UnscentedTransform,
): Readonly<Record<"SPREAD" | "EXTRA" | "MARGIN", number>> {
  return { SPREAD: alpha ** 2 * (3 + kappa), EXTRA: 1 - alpha ** 2 + beta, MARGIN: margin };
}

/** `project` and `screen_shows`, and the way back. */
export interface ProjectionSnippets {
  /** `Screen`, `project` and `screen_shows`. */
  readonly forward: Snippet;
  /** `projection_gradients`. */
  readonly backward: Snippet;
}

/** The texts of both. */
export const PROJECTIONS = {
  ewa: {
    forward: {
      path: "gpu/ops/gaussian/rasterize/project/projections/ewa.wgsl",
      source: ewaSource,
    },
    backward: {
      path: "gpu/ops/gaussian/rasterize/project/projections/ewa_backward.wgsl",
      source: ewaBackwardSource,
    },
  },
  unscented: {
    forward: {
      path: "gpu/ops/gaussian/rasterize/project/projections/unscented.wgsl",
      source: unscentedSource,
    },
    backward: {
      path: "gpu/ops/gaussian/rasterize/project/projections/unscented_backward.wgsl",
      source: unscentedBackwardSource,
    },
  },
} as const satisfies Record<string, ProjectionSnippets>;
