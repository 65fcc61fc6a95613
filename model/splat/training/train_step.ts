import type { PairBudget } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { add, multiply } from "../../../gpu/ops/array/elementwise/binary.ts";
import { clamp, scale } from "../../../gpu/ops/array/elementwise/unary.ts";
import { alphaPlane } from "../../../gpu/ops/camera/pictures/composite_image.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { pearsonLoss } from "../../../loss/depth/depth_losses.ts";
import { l1 } from "../../../loss/photometric/l1.ts";
import { photometric } from "../../../loss/photometric/photometric.ts";
import type { SplatConfig } from "../config.ts";
import { drawForTraining, rasterOptions } from "../draw.ts";
import { targetPicture } from "../measures/evaluation.ts";
import type { Shot, ShotPicture } from "../scene/shot.ts";
import { regularisers } from "./regularisers.ts";
import type { SplatTraining } from "./splat_training.ts";

/** What one iteration draws and what it is held against. */
export interface StepInputs {
  readonly shot: Shot;
  readonly picture: ShotPicture;
  readonly background: readonly [number, number, number];
  readonly capacity: PairBudget;
  /** Colour transform f32 [3, 4] of the picture. */
  readonly exposure: Tensor | null;
  /** Inverse depth [height, width] to reach, and its weight. */
  readonly depth: { readonly prior: Float32Array; readonly weight: number } | null;
}

/** What one iteration left behind; the gradients are at the parameters. */
export interface StepResults {
  /** One number. */
  readonly loss: Tensor;
  /** Mean absolute difference, one number. */
  readonly l1: Tensor;
  /** u32 [4] as the rasteriser returns it. */
  readonly frame: Tensor;
  /** Pixels on the screen, [N]. */
  readonly radii: Tensor;
  /** The gradient [n, 2] by the places on the screen that the strategy watches, in units of half the picture. */
  readonly screen: Tensor | null;
  /** u32 [1]: 1 if there was no room for the pairs, so that all gradients are 0. */
  readonly broken: Tensor;
}

/** Draws a shot, compares it with its picture and walks back; to be called inside a scope. */
export function trainStep(
  { gpu, gaussians, strategy, options: { config } }: SplatTraining,
  inputs: StepInputs,
): StepResults {
  const { shot, picture: { pixels, counts }, background, exposure, capacity, depth } = inputs;
  const { watches } = strategy;
  const screen = watches && variable(Tensor.empty(gpu, [gaussians.count, 2]));
  const drawn = drawForTraining(gaussians, shot.camera, {
    ...rasterOptions(config),
    background,
    exposure,
    capacity,
    screen,
    magnitude: watches === "magnitude",
  });
  const { frame, radii, inverseDepth } = drawn;
  const mask = maskOf(inputs, config);
  const image = mask ? multiply(clamp(drawn.image, 0, 1), mask) : drawn.image;
  const whole = targetPicture(pixels, background, config);
  // What does not count is black in both pictures: no difference, and no gradient.
  const target = counts ? multiply(whole, counts) : whole;
  const compared = photometric(image, target, { lambda: config.lambda_dssim, clamped: !mask });
  let loss = compared.loss;
  if (depth?.weight) {
    const prior = Tensor.from(gpu, depth.prior, inverseDepth.shape);
    const term = config.depth_loss === "pearson"
      ? pearsonLoss(inverseDepth, prior, counts)
      : l1(inverseDepth, prior, { mask: counts });
    loss = add(loss, scale(term, depth.weight));
  }
  for (const term of regularisers(gaussians, config)) loss = add(loss, term);
  if (strategy.loss) loss = add(loss, strategy.loss());
  backward(loss.retain());
  return {
    loss,
    l1: compared.l1,
    frame,
    radii,
    screen: screen && screen.gradient!,
    broken: wordOf(frame, 3),
  };
}

/** What the drawn picture is multiplied by before it is compared; null for nothing. */
function maskOf(
  { shot, picture: { pixels, counts } }: StepInputs,
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

function wordOf(words: Tensor, index: number): Tensor {
  const word = Tensor.empty(words.gpu, [1], "u32");
  const from = words.byteOffset + 4 * index;
  words.gpu.commands.copyBuffer(words.buffer, from, word.buffer, word.byteOffset, 4);
  return word;
}
