import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import { logit, logScale, SH_C0 } from "../../../data/splats/activation.ts";
import { allocateSplats, type Splats } from "../../../data/splats/splats.ts";
import type { Refined } from "../anchor/refine.ts";
import { type ModelConfig, semanticClasses } from "../config/model_config.ts";
import { gaussianClasses } from "./gaussian_choice.ts";
import { toSplatFrame } from "./view_cameras.ts";

/** Gaussians of a model on the host, row by row. */
export interface GaussianArrays {
  /** [G, 3] metres, lidar frame. */
  readonly means: Float32Array;
  /** [G, 3] metres. */
  readonly scales: Float32Array;
  /** [G, 4] (w, x, y, z); the axes are the rows of R. */
  readonly rotations: Float32Array;
  /** [G], or empty where all are 1. */
  readonly opacities: Float32Array;
  /** [G, channels] */
  readonly semantics: Float32Array;
  /** The class of each of these channels. */
  readonly labels: readonly number[];
}

/** Reads Gaussians back. */
export async function readGaussians(
  gaussians: Refined,
  config: Pick<ModelConfig, "gaussians" | "task">,
): Promise<GaussianArrays> {
  const { means, scales, rotations, opacities, semantics } = gaussians;
  return {
    means: await means.read("f32"),
    scales: await scales.read("f32"),
    rotations: await rotations.read("f32"),
    opacities: opacities.size ? await opacities.read("f32") : new Float32Array(0),
    semantics: await semantics.read("f32"),
    labels: semanticClasses(config),
  };
}

/**
 * Gaussians as splats in the colours of their classes and in the frame of splat files; those of free
 * space are left out, and those less opaque than `minOpacity`.
 */
export function gaussianSplats(
  gaussians: GaussianArrays,
  { palette, empty }: Pick<OccupancyTask, "palette" | "empty">,
  { minOpacity = 0 }: { readonly minOpacity?: number } = {},
): Splats {
  const { means, scales, rotations, opacities } = gaussians;
  const kept: { gaussian: number; label: number; opacity: number }[] = [];
  gaussianClasses(gaussians).forEach((label, gaussian) => {
    const opacity = opacities.length ? opacities[gaussian]! : 1;
    if (label !== empty && opacity >= minOpacity) kept.push({ gaussian, label, opacity });
  });
  const splats = allocateSplats(kept.length, 0);
  kept.forEach(({ gaussian: g, label, opacity }, i) => {
    splats.positions.set(
      toSplatFrame([means[3 * g]!, means[3 * g + 1]!, means[3 * g + 2]!]),
      3 * i,
    );
    const [w, x, y, z] = rotations.subarray(4 * g, 4 * g + 4) as unknown as number[];
    splats.quaternions.set(splatRotation(w!, x!, y!, z!), 4 * i);
    splats.opacities[i] = logit(opacity);
    for (let k = 0; k < 3; k++) {
      splats.logScales[3 * i + k] = logScale(scales[3 * g + k]!);
      splats.shDc[3 * i + k] = (palette[label]![k]! / 255 - 0.5) / SH_C0;
    }
  });
  return splats;
}

/**
 * The quaternion of a splat: covariances there are R S^2 R^T, here R^T S^2 R, so it is the conjugate,
 * and then a quarter turn around x from one frame to the other.
 */
function splatRotation(w: number, x: number, y: number, z: number): number[] {
  const half = Math.SQRT1_2;
  return [half * (w + x), half * (w - x), half * (z - y), -half * (y + z)];
}
