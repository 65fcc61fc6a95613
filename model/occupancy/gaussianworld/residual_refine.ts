import { Kernel, type Snippet } from "../../../gpu/kernel.ts";
import { checkShapes } from "../../../gpu/shape.ts";
import { record } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { quaternionSnippet } from "../../../gpu/wgsl/quaternion.ts";
import { type AnchorRanges, rangeUniforms } from "../anchor/anchor.ts";
import { safeSigmoidSnippet } from "../anchor/safe_sigmoid.ts";
import partSource from "./history_part.wgsl" with { type: "text" };
import backwardSource from "./residual_refine_backward.wgsl" with { type: "text" };
import forwardSource from "./residual_refine.wgsl" with { type: "text" };

const part: Snippet = {
  path: "model/occupancy/gaussianworld/history_part.wgsl",
  source: partSource,
};
const include = [quaternionSnippet, safeSigmoidSnippet, part];
const forward = new Kernel("model/occupancy/gaussianworld/residual_refine.wgsl", forwardSource, {
  include,
});
const backward = new Kernel(
  "model/occupancy/gaussianworld/residual_refine_backward.wgsl",
  backwardSource,
  { include },
);

/** Place, scale, quaternion and opacity come before the classes. */
const FIRST_CLASS = 11;

/** Which history rows a block changes, and how: "motion" their places alone, "full" all of them. */
export type HistoryMode = "motion" | "full";

/** How a refinement reads its raw output. */
export interface ResidualRefineOptions extends Pick<AnchorRanges, "range"> {
  /** How far a place moves at most, metres. */
  readonly unit: readonly [number, number, number];
  /** u32 [1] on the GPU, how many of the first rows come from the frame before, and what happens to them. */
  readonly history?: { readonly rows: Tensor; readonly mode: HistoryMode } | null;
  /** Factor of the raw output of history rows in full mode. */
  readonly temporalScale?: number;
  /** Factor of the weights in motion mode. */
  readonly dynamicScale?: number;
  /** Columns of classes that are compared, from column 11 on. */
  readonly classes: number;
  /** Classes below this one can move. */
  readonly moving: number;
}

/** What a residual refinement leaves. */
export interface ResidualRefined {
  /** New anchors [G, width], the quaternion normalised. */
  readonly anchor: Tensor;
  /** [G]: weights of history rows in motion mode, 0 elsewhere; not on the tape. */
  readonly weights: Tensor;
}

/**
 * GaussianWorld's refinement: the raw output [G, width] of the MLP is added to the old anchor [G, width],
 * the place in metres and clamped to the box, the quaternion as a turn from the left. In motion mode a
 * history row moves by the softplus of its largest class over 10, if that class can move, and nothing else
 * of it changes; gradients flow through that weight too.
 */
export function residualRefine(
  raw: Tensor,
  anchor: Tensor,
  {
    range,
    unit,
    history = null,
    temporalScale = 1,
    dynamicScale = 1,
    classes,
    moving,
  }: ResidualRefineOptions,
): ResidualRefined {
  const { gaussians, width } = checkShapes("residualRefine", {
    raw: [raw, "gaussians", "width"],
    anchor: [anchor, "gaussians", "width"],
    history: [history?.rows, 1],
  });
  if (FIRST_CLASS + classes > width) {
    throw new RangeError(
      `Cannot run residualRefine: the anchors have ${width} columns, at least ${
        FIRST_CLASS + classes
      } are needed`,
    );
  }
  const { gpu } = raw;
  const { range: extent } = rangeUniforms({ range, scales: [0, 1] });
  const uniforms = {
    gaussians,
    width,
    mode: history ? { motion: 1, full: 2 }[history.mode] : 0,
    temporal_scale: temporalScale,
    dynamic_scale: dynamicScale,
    first_class: FIRST_CLASS,
    // As a fraction of the range.
    step: unit.map((metres, axis) => metres / extent[axis]!),
    classes,
    moving,
  };
  const rows = history?.rows ?? Tensor.zeros(gpu, [1], "u32");
  const y = Tensor.empty(gpu, anchor.shape);
  const weights = Tensor.empty(gpu, [gaussians]);
  forward.dispatch(
    gpu,
    { raw, anchor, history: rows, y, weights },
    uniforms,
    { threads: gaussians },
  );
  record("residualRefine", [raw, anchor], y, (dy, needs) => {
    const draw = Tensor.empty(gpu, raw.shape);
    const danchor = Tensor.empty(gpu, anchor.shape);
    backward.dispatch(
      gpu,
      { raw, anchor, history: rows, dy, draw, danchor },
      uniforms,
      { threads: gaussians },
    );
    return [needs[0] ? draw : null, needs[1] ? danchor : null];
  });
  return { anchor: y, weights };
}
