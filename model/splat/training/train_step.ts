import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import type { PairBudget } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { add, multiply } from "../../../gpu/ops/array/elementwise/binary.ts";
import { clamp, scale } from "../../../gpu/ops/array/elementwise/unary.ts";
import type { Rasterized } from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { alphaPlane } from "../../../gpu/ops/camera/pictures/composite_image.ts";
import { backward, noGradient, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { pearsonLoss } from "../../../loss/depth/depth_losses.ts";
import { ordinalLoss } from "../../../loss/depth/ordinal.ts";
import { l1 } from "../../../loss/photometric/l1.ts";
import { photometric } from "../../../loss/photometric/photometric.ts";
import type { Look } from "../appearance/appearance.ts";
import type { SplatConfig } from "../config.ts";
import { drawForTraining, rasterOptions } from "../draw.ts";
import { targetPicture } from "../measures/evaluation.ts";
import type { Shot, ShotPicture } from "../scene/shot.ts";
import { orderedPixels } from "./ordered_pixels.ts";
import { regularisers } from "./regularisers.ts";
import type { SplatTraining } from "./splat_training.ts";

/** What one iteration draws and what it is held against. */
export interface StepInputs {
  readonly shot: Shot;
  readonly picture: ShotPicture;
  /** From where it is drawn. */
  readonly camera: RasterCamera;
  readonly background: readonly [number, number, number];
  readonly capacity: PairBudget;
  /** What the camera made of the light. */
  readonly look: Look | null;
  /** Whether that alone learns, while the Gaussians rest. */
  readonly alone: boolean;
  /** Inverse depth [height, width] to reach, and its weight. */
  readonly depth: {
    readonly prior: Float32Array;
    readonly weight: number;
    /** What pairs of pixels are drawn by. */
    readonly iteration: number;
  } | null;
  /** Views of the step, over which gradients are means; 1 unless given. */
  readonly views?: number;
}

/** What one iteration left behind; the gradients are at the parameters. */
export interface StepResults {
  /** One number. */
  readonly loss: Tensor;
  /** Mean absolute difference, one number. */
  readonly l1: Tensor;
  /** u32 [4] as the rasteriser returns it. */
  readonly frame: Tensor;
  /** Pixels on the screen, i32 [n]; null of several views. */
  readonly radii: Tensor | null;
  /** The gradient [n, 2] by the places on the screen that the strategy watches, in units of half the picture. */
  readonly screen: Tensor | null;
  /** Of several views, in its place: the sums [n, 2] of the lengths of that gradient and of pictures. */
  readonly seen: Tensor | null;
  /** u32 [1]: 1 if there was no room for the pairs, so that all gradients are 0. */
  readonly broken: Tensor;
}

/** Draws a shot, compares it with its picture and walks back; to be called inside a scope. */
export function trainStep(training: SplatTraining, inputs: StepInputs): StepResults {
  const { gpu, gaussians, strategy, options: { config } } = training;
  const { camera, background, alone, capacity } = inputs;
  const watches = alone ? null : strategy.watches;
  const screen = watches && variable(Tensor.empty(gpu, [gaussians.count, 2]));
  const draw = () =>
    drawForTraining(gaussians, camera, {
      ...rasterOptions(config),
      background,
      capacity,
      screen,
      magnitude: watches === "magnitude",
    });
  const drawn = alone ? noGradient(gpu, draw) : draw();
  const { frame, radii } = drawn;
  const { loss, l1 } = learnFrom(training, inputs, drawn, alone ? [] : gaussianTerms(training));
  return {
    loss,
    l1,
    frame,
    radii,
    screen: screen && screen.gradient!,
    seen: null,
    broken: brokenOf(frame),
  };
}

/** Terms of the loss that are of the Gaussians themselves, not of a picture. */
export function gaussianTerms(
  { gaussians, strategy, options: { config } }: SplatTraining,
): Tensor[] {
  return [...regularisers(gaussians, config), ...strategy.loss ? [strategy.loss()] : []];
}

/** Compares what was drawn of a shot with its picture, adds `terms`, and walks back from the sum. */
export function learnFrom(
  { appearance, options: { config } }: SplatTraining,
  inputs: StepInputs,
  drawn: Pick<Rasterized, "image" | "inverseDepth">,
  terms: readonly Tensor[] = [],
): Pick<StepResults, "loss" | "l1"> {
  const { picture: { counts }, look, alone, depth, views = 1 } = inputs;
  const { inverseDepth } = drawn;
  const { gpu } = inverseDepth;
  const compared = compareWithPhoto(look ? look(drawn.image) : drawn.image, inputs, config);
  let loss = compared.loss;
  if (depth?.weight && !alone) {
    const term = depthTerm(inverseDepth, { ...depth, counts, config });
    if (term) loss = add(loss, scale(term, depth.weight));
  }
  for (const term of terms) loss = add(loss, term);
  if (appearance?.loss && !alone) loss = add(loss, appearance.loss());
  backward(loss.retain(), views > 1 ? Tensor.from(gpu, [1 / views], loss.shape) : undefined);
  return { loss, l1: compared.l1 };
}

/** The loss of a picture as it would be photographed, over what counts of the shot's own. */
export function compareWithPhoto(
  photographed: Tensor,
  inputs: Pick<StepInputs, "shot" | "picture" | "background">,
  config: SplatConfig,
): { readonly loss: Tensor; readonly l1: Tensor } {
  const { pixels, counts } = inputs.picture;
  const mask = maskOf(inputs, config);
  const image = mask ? multiply(clamp(photographed, 0, 1), mask) : photographed;
  const whole = targetPicture(pixels, inputs.background, config);
  // What does not count is black in both pictures: no difference, and no gradient.
  const target = counts ? multiply(whole, counts) : whole;
  return photometric(image, target, { lambda: config.lambda_dssim, clamped: !mask });
}

/** How far an inverse depth is from its prior; null where that says nothing. */
function depthTerm(
  inverseDepth: Tensor,
  { prior, iteration, counts, config }: {
    readonly prior: Float32Array;
    readonly iteration: number;
    readonly counts: Tensor | null;
    readonly config: SplatConfig;
  },
): Tensor | null {
  const { gpu, shape } = inverseDepth;
  if (config.depth_loss === "ordinal") {
    const pairs = orderedPixels(gpu, prior, { seed: config.seed, iteration });
    return pairs && ordinalLoss(inverseDepth, pairs, counts);
  }
  const goal = Tensor.from(gpu, prior, shape);
  return config.depth_loss === "pearson"
    ? pearsonLoss(inverseDepth, goal, counts)
    : l1(inverseDepth, goal, { mask: counts });
}

/** What the drawn picture is multiplied by before it is compared; null for nothing. */
function maskOf(
  { shot, picture: { pixels, counts } }: Pick<StepInputs, "shot" | "picture">,
  { alpha, train_test_exp }: SplatConfig,
): Tensor | null {
  const masks = [alpha === "mask" ? alphaPlane(pixels) : null, counts].filter((one) =>
    one !== null
  );
  const mask = masks.length ? masks.reduce((product, one) => multiply(product, one)) : null;
  // Only the left half of a view that is held out is trained on; its exposure is learned from that.
  if (!(train_test_exp && shot.test)) return mask;
  const { width, height } = shot.camera;
  const half = Float32Array.from(
    { length: width * height },
    (_, i) => i % width < Math.floor(width / 2) ? 1 : 0,
  );
  const left = Tensor.from(pixels.gpu, half, [1, height, width]);
  return mask ? multiply(mask, left) : left;
}

/** The last of a picture's counts u32 [4], as u32 [1]. */
export function brokenOf({ gpu, buffer, byteOffset }: Tensor): Tensor {
  const word = Tensor.empty(gpu, [1], "u32");
  gpu.commands.copyBuffer(buffer, byteOffset + 12, word.buffer, word.byteOffset, 4);
  return word;
}
