import { clamp } from "../../gpu/ops/array/elementwise/unary.ts";
import type { RasterCamera } from "../../gpu/ops/gaussian/rasterize/camera.ts";
import type { PairBudget } from "../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import {
  rasterize,
  type Rasterized,
  rasterizeMeasured,
  type RasterOptions,
} from "../../gpu/ops/gaussian/rasterize/rasterize.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Look } from "./appearance/appearance.ts";
import type { SplatConfig } from "./config.ts";
import type { Gaussians } from "./gaussians.ts";

/** How a picture of Gaussians is made. */
export interface DrawOptions extends RasterOptions {
  /** What the camera makes of the light; nothing unless given. */
  readonly look?: Look | null;
  /** Is told how many pairs of a Gaussian and a tile there are; may throw. */
  readonly onPairs?: (pairs: number) => void;
}

/** What the configuration says of drawing. */
export function rasterOptions(config: SplatConfig): RasterOptions {
  const { antialiasing, gradients, projection, unscented_alpha: alpha } = config;
  return { antialiasing, gradients, projection: projection === "unscented" ? { alpha } : "ewa" };
}

/**
 * Draws for a training step, the light as it is, not cut to [0, 1]; `screen` [n, 2] collects gradients by
 * places on the screen.
 */
export function drawForTraining(
  gaussians: Gaussians,
  camera: RasterCamera,
  options: RasterOptions & {
    readonly capacity: PairBudget;
    readonly screen: Tensor | null;
    readonly magnitude: boolean;
  },
): Rasterized {
  const { screen, magnitude } = options;
  return rasterize(gaussians.inputs(screen, { magnitude }), camera, options);
}

/** The picture f32 [3, height, width] in [0, 1], without gradients; waits for the count of pairs. */
export async function drawPicture(
  gaussians: Gaussians,
  camera: RasterCamera,
  options: DrawOptions,
): Promise<Tensor> {
  const { gpu } = gaussians;
  const { recording } = gpu.tape;
  gpu.tape.recording = false;
  try {
    using scope = gpu.scope();
    const { image } = await rasterizeMeasured(gaussians.inputs(), camera, options);
    return scope.keep(clamp(options.look ? options.look(image) : image, 0, 1));
  } finally {
    gpu.tape.recording = recording;
  }
}
