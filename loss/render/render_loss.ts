import { addScalar } from "../../gpu/ops/array/elementwise/unary.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { l1 } from "../photometric/l1.ts";
import { maskedL1 } from "../photometric/masked_l1.ts";
import { type Term, weightedTotal } from "../weighted_total.ts";
import { aboveZero } from "./above_zero.ts";
import type { RenderedPair } from "./render_voxels.ts";

/** Metres that differences of depth are divided by, ahead and from above. */
const AHEAD = 50;
const ABOVE = 100;
/** Depth in metres of the true picture from which a pixel counts in the depth terms. */
const LEAST_DEPTH = 0.1;
const WEIGHT = 10;

/** The terms of GaussRender's loss, one number each and unweighted, and what they come to. */
export interface RenderLoss {
  /** Mean over cameras of the mean difference of mixed classes. */
  readonly image: Tensor;
  /** Mean over cameras of the mean difference of depth, in 50 m, over pixels with a true depth. */
  readonly depth: Tensor;
  /** Mean difference of mixed classes from above. */
  readonly above: Tensor;
  /** Mean difference of depth from above, in 100 m, over pixels with a true depth. */
  readonly aboveDepth: Tensor;
  /** Ten times their sum. */
  readonly total: Tensor;
}

/**
 * GaussRender's loss (arXiv 2502.05040): absolute differences between predicted and true pictures, from
 * cameras, one or more, and from above. A depth term without a pixel that counts is 0.
 */
export function renderLoss(cameras: readonly RenderedPair[], above: RenderedPair): RenderLoss {
  if (!cameras.length) {
    throw new RangeError("Cannot run renderLoss: there is no camera, one or more are needed");
  }
  const share = 1 / cameras.length;
  const image = weightedTotal(cameras.map((pair): Term => [colourTerm(pair), share]));
  const depth = weightedTotal(cameras.map((pair): Term => [depthTerm(pair), share / AHEAD]));
  const terms = {
    image,
    depth,
    above: colourTerm(above),
    aboveDepth: weightedTotal([[depthTerm(above), 1 / ABOVE]]),
  };
  return {
    ...terms,
    total: weightedTotal(Object.values(terms).map((term): Term => [term, WEIGHT])),
  };
}

function colourTerm({ predicted, truth }: RenderedPair): Tensor {
  return l1(predicted.colour, truth.colour);
}

function depthTerm({ predicted, truth }: RenderedPair): Tensor {
  return maskedL1(predicted.depth, truth.depth, aboveZero(addScalar(truth.depth, -LEAST_DEPTH)));
}
