import { bindable, mostBound, runsOf } from "../../../binding/limit.ts";
import { Kernel, type Snippet } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import { levelsSnippet } from "../feature_levels.ts";
import { binSamplesByCell, fixedPointSnippet, largestMagnitudeOf } from "./feature_gradient.ts";
import cornersSource from "./bilinear_corners.wgsl" with { type: "text" };
import backwardSource from "./deformable_aggregation_backward.wgsl" with { type: "text" };
import featuresSource from "./deformable_aggregation_backward_features.wgsl" with { type: "text" };
import serialSource from "./deformable_aggregation_backward_serial.wgsl" with { type: "text" };
import scatterSource from "./deformable_aggregation_scatter.wgsl" with { type: "text" };
import logitSumsSource from "./deformable_logit_sums.wgsl" with { type: "text" };
import weightsSource from "./deformable_weights.wgsl" with { type: "text" };
import sumRunsSource from "./sum_runs.wgsl" with { type: "text" };

/** `corners_of`: bilinear interpolation with zeros outside. */
export const cornersSnippet: Snippet = {
  path: "gpu/ops/camera/deformable/bilinear_corners.wgsl",
  source: cornersSource,
};

const include = [levelsSnippet, cornersSnippet];
const weightsKernel = new Kernel(
  "gpu/ops/camera/deformable/deformable_weights.wgsl",
  weightsSource,
);
const backward = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_backward.wgsl",
  backwardSource,
  { include },
);
const backwardSerial = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_backward_serial.wgsl",
  serialSource,
  { include },
);
const logitSums = new Kernel(
  "gpu/ops/camera/deformable/deformable_logit_sums.wgsl",
  logitSumsSource,
);
const backwardFeatures = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_backward_features.wgsl",
  featuresSource,
  { include: [levelsSnippet, fixedPointSnippet] },
);
const scatter = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_scatter.wgsl",
  scatterSource,
  { include },
);
const sumRuns = new Kernel("gpu/ops/camera/deformable/sum_runs.wgsl", sumRunsSource);

/** What a deformable aggregation has worked out of its inputs, enough to make any weight again. */
export interface Attention {
  readonly location: Tensor;
  /** Samples that count, of `keepSamples`. */
  readonly keep: Tensor;
  readonly perGaussian: Tensor;
  readonly perCamera: Tensor;
  /** Largest logit and 1 / sum of exponentials [G, groups, 2]. */
  readonly stats: Tensor;
  readonly sizes: Readonly<
    Record<
      | "gaussians"
      | "points"
      | "cameras"
      | "pixels"
      | "channels"
      | "entries"
      | "groups"
      | "levels"
      | "cells",
      number
    >
  >;
  /** Uniforms of `levelUniforms`. */
  readonly levels: Readonly<Record<string, readonly number[]>>;
  readonly gain: number;
  readonly wholeSoftmax: boolean;
}

/** What the way back starts from. */
export interface Upstream {
  readonly features: Tensor;
  readonly y: Tensor;
  readonly dy: Tensor;
}

/** Gradients of features, location, and the logits of Gaussians and cameras; null where none is needed. */
export type AggregationGradients = [
  features: Tensor | null,
  location: Tensor | null,
  perGaussian: Tensor | null,
  perCamera: Tensor | null,
];

/** Bindings of every kernel that makes weights. */
export function logitTensors({ keep, perGaussian, perCamera }: Attention) {
  return { keep, per_gaussian: perGaussian, per_camera: perCamera };
}

/** Uniforms of every kernel that makes weights. */
export function logitSizes({ perGaussian, sizes }: Attention) {
  const { points, cameras, groups, entries } = sizes;
  const byCamera = perGaussian.shape.length === 3;
  return {
    points,
    cameras,
    groups,
    gaussian_stride: byCamera ? cameras * entries : entries,
    camera_stride: byCamera ? entries : 0,
  };
}

/** Uniforms of kernels that sample, too. */
export function sampleUniforms(attention: Attention) {
  const { pixels, channels } = attention.sizes;
  const { levels, gain } = attention;
  return { ...levels, ...logitSizes(attention), pixels, vectors: channels / 4, gain };
}

/** How many of a group's vectors of channels one thread owns. */
export function vectorsOf(lanes: number): number {
  return [4, 3, 2].find((vectors) => lanes % vectors === 0) ?? 1;
}

/**
 * All gradients, a run of Gaussians after the other, so many that the weights of their samples take at
 * most `listBytes`. The features' is gathered by pixels, or scattered with float atomics.
 */
export function aggregationGradients(
  attention: Attention,
  upstream: Upstream,
  wants: { readonly features: boolean; readonly logits: boolean },
  { unordered, listBytes }: { readonly unordered: boolean; readonly listBytes: number },
): AggregationGradients {
  const { gpu } = upstream.dy;
  const { gaussians, points, cameras, groups, levels } = attention.sizes;
  const scattered = wants.features && unordered && gpu.has.f32Atomics;
  // The barriers of a workgroup that shares a Gaussian cost a processor more than its sums.
  const serial = wants.logits &&
    (gpu.tuning.sampleGradients === "serial" || !backward.fits(gpu));
  const gathered = wants.features && !scattered;
  const most = Math.min(listBytes, mostBound(gpu));
  const turn = Math.max(1, Math.floor(most / (4 * points * cameras * levels * groups)));
  const runs = [...runsOf(gaussians, turn)];
  const gather = gathered ? new FeatureGradient(attention, upstream) : null;
  const logits = serial ? new LogitGradients(attention, upstream, runs) : null;
  if (gather ?? logits) {
    for (const run of runs) {
      using _turn = gpu.scope();
      const { weights, taken } = weightsOf(attention, upstream, run);
      gather?.add(run, weights);
      logits?.add(run, weights, taken);
    }
  }
  const dfeatures = gather?.dfeatures ?? (scattered ? scatterFeatures(attention, upstream) : null);
  const rest = logits?.sums() ?? (wants.logits ? sharedGradients(attention, upstream) : null);
  return [dfeatures, ...rest ?? [null, null, null] as const];
}

interface Run {
  readonly first: number;
  readonly count: number;
}

/** The softmax's weights [pairs, levels, groups] of a run of Gaussians, and dy . y by Gaussian and group. */
function weightsOf(attention: Attention, { y, dy }: Upstream, { first, count }: Run) {
  const { gpu } = dy;
  const { sizes, stats, wholeSoftmax } = attention;
  const { points, cameras, levels, groups, channels } = sizes;
  const weights = Tensor.empty(gpu, [count, points, cameras, levels * groups]);
  const taken = Tensor.empty(gpu, [count, groups]);
  weightsKernel.dispatch(
    gpu,
    { ...logitTensors(attention), stats, y, dy, weights, taken },
    { ...logitSizes(attention), first, count, vectors: channels / 4 },
    { threads: count * points },
    { LEVELS: levels, WHOLE_SOFTMAX: Number(wholeSoftmax) },
  );
  return { weights, taken };
}

/** The feature bank's gradient, gathered by pixels. */
class FeatureGradient {
  readonly dfeatures: Tensor;
  readonly #largest: Tensor;

  constructor(private readonly attention: Attention, private readonly upstream: Upstream) {
    const { gpu, shape } = upstream.features;
    const { gaussians } = attention.sizes;
    this.dfeatures = gaussians ? Tensor.empty(gpu, shape) : Tensor.zeros(gpu, shape);
    this.#largest = largestMagnitudeOf(upstream.dy);
  }

  add({ first, count }: Run, weights: Tensor): void {
    const { location, keep, sizes, levels, gain } = this.attention;
    const { points, cameras, pixels, channels, groups, cells } = sizes;
    const bins = binSamplesByCell({ location, keep }, levels, {
      first: first * points * cameras,
      pairs: count * points * cameras,
      cameras,
      groups,
      cells,
      levels: sizes.levels,
    });
    const VECTORS = vectorsOf(channels / 4 / groups);
    const vectors = channels / 4;
    const accumulate = Number(first > 0);
    backwardFeatures.dispatch(
      location.gpu,
      {
        location,
        keep,
        weights,
        dy: this.upstream.dy,
        largest: this.#largest,
        ...bins,
        dfeatures: this.dfeatures,
      },
      { ...levels, first, points, cameras, groups, pixels, cells, vectors, gain, accumulate },
      { threads: cameras * pixels * (vectors / VECTORS) },
      { LEVELS: sizes.levels, VECTORS },
    );
  }
}

/** Gradients of location and logits, a thread for each point. */
class LogitGradients {
  readonly #dlocation: Tensor;
  readonly #dperGaussian: Tensor;
  readonly #parts: Tensor;
  readonly #perPart: number;

  constructor(
    private readonly attention: Attention,
    private readonly upstream: Upstream,
    runs: readonly Run[],
  ) {
    const { gpu } = upstream.dy;
    const { location, perGaussian, sizes } = attention;
    const { gaussians, cameras, entries } = sizes;
    this.#dlocation = Tensor.empty(gpu, location.shape);
    this.#dperGaussian = Tensor.empty(gpu, perGaussian.shape);
    const most = Math.min(gpu.tuning.rowParts, bindable(gpu, 4 * cameras * entries));
    this.#perPart = Math.max(1, Math.ceil(gaussians / most));
    const parts = runs.reduce((sum, { count }) => sum + Math.ceil(count / this.#perPart), 0);
    this.#parts = Tensor.empty(gpu, [parts, cameras, entries]);
  }

  #done = 0;

  /** Overwrites the weights. */
  add({ first, count }: Run, weights: Tensor, taken: Tensor): void {
    const { features, dy } = this.upstream;
    const { location, keep, sizes, levels, wholeSoftmax, gain } = this.attention;
    const { points, cameras, groups, pixels, channels, entries } = sizes;
    const vectors = channels / 4;
    backwardSerial.dispatch(
      dy.gpu,
      { features, location, keep, dy, taken, weights, dlocation: this.#dlocation },
      { ...levels, first, count, points, cameras, groups, pixels, vectors, gain },
      { threads: count * points },
      {
        LEVELS: sizes.levels,
        WHOLE_SOFTMAX: Number(wholeSoftmax),
        LANES: vectors / groups,
      },
    );
    const parts = Math.ceil(count / this.#perPart);
    logitSums.dispatch(
      dy.gpu,
      {
        dlogits: weights,
        dper_gaussian: this.#dperGaussian,
        dper_camera_parts: this.#parts,
      },
      {
        ...logitSizes(this.attention),
        first,
        count,
        per_part: this.#perPart,
        first_part: this.#done,
        parts,
      },
      { threads: parts * entries },
      { LEVELS: sizes.levels },
    );
    this.#done += parts;
  }

  sums(): [Tensor, Tensor, Tensor] {
    return [this.#dlocation, this.#dperGaussian, sumOf(this.#parts)];
  }
}

/** Gradients of location and of the logits of Gaussians and cameras, a workgroup for each Gaussian. */
function sharedGradients(
  attention: Attention,
  { features, y, dy }: Upstream,
): [Tensor, Tensor, Tensor] {
  const { gpu } = features;
  const { location, perGaussian, stats, sizes, levels, gain, wholeSoftmax } = attention;
  const { gaussians, points, cameras, pixels, channels, entries } = sizes;
  const VECTORS = channels / 4;
  const SIZE = 64 * Math.ceil(VECTORS / 64);
  // About a thousand workgroups fill any GPU and keep the per-camera sums of each small.
  const most = Math.min(1024, bindable(gpu, 4 * cameras * entries));
  const run = Math.max(1, Math.ceil(gaussians / most));
  const runs = Math.ceil(gaussians / run);
  const dlocation = Tensor.zeros(gpu, location.shape);
  const dperGaussian = Tensor.zeros(gpu, perGaussian.shape);
  const perRun = Tensor.zeros(gpu, [runs, cameras, entries]);
  backward.dispatch(
    gpu,
    {
      ...logitTensors(attention),
      features,
      location,
      stats,
      y,
      dy,
      dlocation,
      dper_gaussian: dperGaussian,
      dper_camera_runs: perRun,
    },
    { ...levels, ...logitSizes(attention), gaussians, pixels, run, gain },
    { groups: runs },
    {
      LEVELS: sizes.levels,
      WHOLE_SOFTMAX: Number(wholeSoftmax),
      SIZE,
      VECTORS,
      SLOTS: Math.floor(SIZE / VECTORS),
      PAIRS: points * cameras,
      SHARES: (sizes.levels + 2) * SIZE,
    },
  );
  return [dlocation, dperGaussian, sumOf(perRun)];
}

/** [runs, cameras, entries] -> [cameras, entries]. */
function sumOf(parts: Tensor): Tensor {
  const [runs = 0, cameras = 0, entries = 0] = parts.shape;
  const y = Tensor.empty(parts.gpu, [cameras, entries]);
  sumRuns.dispatch(parts.gpu, { x: parts, y }, { runs, entries: cameras * entries }, {
    threads: cameras * entries,
  });
  return y;
}

function scatterFeatures(attention: Attention, { features, dy }: Upstream): Tensor {
  const { gpu } = features;
  const { location, stats, sizes } = attention;
  const dfeatures = Tensor.zeros(gpu, features.shape);
  scatter.dispatch(
    gpu,
    { ...logitTensors(attention), location, stats, dy, dfeatures },
    { ...sampleUniforms(attention), gaussians: sizes.gaussians },
    { threads: sizes.gaussians * sizes.channels / 4 },
    { LEVELS: sizes.levels },
  );
  return dfeatures;
}
