import { Kernel } from "../../../gpu/kernel.ts";
import { compact } from "../../../gpu/parallel/compact.ts";
import { checkShapes } from "../../../gpu/shape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { quaternionSnippet } from "../../../gpu/wgsl/quaternion.ts";
import { type AnchorRanges, rangeUniforms } from "../anchor/anchor.ts";
import { safeSigmoidSnippet } from "../anchor/safe_sigmoid.ts";
import chooseSource from "./choose_rows.wgsl" with { type: "text" };
import featuresSource from "./gather_features.wgsl" with { type: "text" };
import gatherSource from "./gather_history.wgsl" with { type: "text" };
import type { Motion } from "./motion.ts";
import seenSource from "./newly_seen.wgsl" with { type: "text" };
import warpSource from "./warp_history.wgsl" with { type: "text" };

const include = [safeSigmoidSnippet];
const warp = new Kernel("model/occupancy/gaussianworld/warp_history.wgsl", warpSource, { include });
const newlySeen = new Kernel("model/occupancy/gaussianworld/newly_seen.wgsl", seenSource, {
  include,
});
const choose = new Kernel("model/occupancy/gaussianworld/choose_rows.wgsl", chooseSource);
const gather = new Kernel("model/occupancy/gaussianworld/gather_history.wgsl", gatherSource, {
  include: [safeSigmoidSnippet, quaternionSnippet],
});
const gatherFeatures = new Kernel(
  "model/occupancy/gaussianworld/gather_features.wgsl",
  featuresSource,
);

/** Rows of the prior that the original draws from where nothing came into view: its anchors' width. */
const ORIGINAL_FALLBACK = 29;

/** What a frame leaves to the next. */
export interface History {
  /** Refined anchors [G, width], raw. */
  readonly anchors: Tensor;
  /** [G, channels]. */
  readonly features: Tensor;
}

/** How Gaussians are taken over. */
export interface WarpOptions {
  /** The box, metres. */
  readonly range: AnchorRanges["range"];
  readonly motion: Motion;
  /** Gaussians of a frame that saw nothing before [P, width], raw. */
  readonly prior: Tensor;
  /** [G], in [0, 1): draw k takes candidate floor(u[k] n). */
  readonly uniforms: Tensor;
  /** Whether Gaussians turn with the car; the original leaves them as they are. */
  readonly turn?: boolean;
  /** Where nothing came into view: the whole prior, or its first 29 rows as in the original. */
  readonly fallback?: "original" | "whole";
}

/** The Gaussians that a frame starts from. */
export interface WarpedHistory extends History {
  /** u32 [1] on the GPU: the first so many come from the frame before. */
  readonly kept: Tensor;
  /** What was decided, for those who ask: on the GPU as well. */
  readonly steps: {
    /** Centres in this frame [G, 3], metres. */
    readonly moved: Tensor;
    /** The same as fractions of the box. */
    readonly fractions: Tensor;
    /** u32 [G]: whether each stays. */
    readonly flags: Tensor;
    /** Centres of the prior in the frame before [P, 3], metres. */
    readonly priorMoved: Tensor;
    /** u32 [P]: whether each was beyond the sides of the box there. */
    readonly candidates: Tensor;
    /** u32 [G]: the row taken, of the prior where the highest bit is set. */
    readonly rows: Tensor;
  };
}

/**
 * GaussianWorld's start of a frame: centres move with the car, Gaussians that leave the box go, and as many
 * are drawn, with replacement, from those of the prior that lie where the car did not see before. Nothing
 * waits for the GPU, nothing is on the tape.
 */
export function warpAndFill({ anchors, features }: History, options: WarpOptions): WarpedHistory {
  const { range, motion, prior, uniforms, turn = false, fallback = "original" } = options;
  const { count, width, channels, priors } = checkShapes("warpAndFill", {
    anchors: [anchors, "count", "width"],
    features: [features, "count", "channels"],
    prior: [prior, "priors", "width"],
    uniforms: [uniforms, "count"],
  });
  const { gpu } = anchors;
  const { low, range: extent } = rangeUniforms({ range, scales: [0, 1] });
  const box = { low, range: extent, width };
  const moved = Tensor.empty(gpu, [count, 3]);
  const fractions = Tensor.empty(gpu, [count, 3]);
  const flags = Tensor.empty(gpu, [count], "u32");
  warp.dispatch(
    gpu,
    { anchors, moved, fractions, kept: flags },
    { ...box, ...motionUniforms(motion.matrix), count },
    { threads: count },
  );
  const priorMoved = Tensor.empty(gpu, [priors, 3]);
  const candidates = Tensor.empty(gpu, [priors], "u32");
  newlySeen.dispatch(
    gpu,
    { prior, moved: priorMoved, seen: candidates },
    { ...box, ...motionUniforms(motion.inverse), count: priors },
    { threads: priors },
  );
  const old = compact(flags);
  const found = compact(candidates);
  const rows = Tensor.empty(gpu, [count], "u32");
  choose.dispatch(
    gpu,
    {
      kept: old.kept,
      history: old.count,
      candidates: found.kept,
      candidate_count: found.count,
      uniforms,
      rows,
    },
    {
      count,
      fallback: fallback === "whole" ? priors : Math.min(ORIGINAL_FALLBACK, priors),
    },
    { threads: count },
  );
  const y = Tensor.empty(gpu, [count, width]);
  gather.dispatch(
    gpu,
    { rows, anchors, fractions, prior, y },
    { count, width, turn: motion.turn },
    { threads: count },
    { TURN: Number(turn) },
  );
  const taken = Tensor.empty(gpu, [count, channels]);
  gatherFeatures.dispatch(
    gpu,
    { rows, features, y: taken },
    { count: count * channels, channels },
    { threads: count * channels },
  );
  return {
    anchors: y,
    features: taken,
    kept: old.count,
    steps: { moved, fractions, flags, priorMoved, candidates, rows },
  };
}

function motionUniforms(matrix: readonly number[]) {
  const row = (i: number) => matrix.slice(4 * i, 4 * i + 4);
  return { motion_x: row(0), motion_y: row(1), motion_z: row(2) };
}
