import { bindable, mostBound, runsOf } from "../../../binding/limit.ts";
import { pack, unpack } from "../../../binding/packed.ts";
import { Kernel, type Snippet } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import { binSamplesByCell, fixedPointSnippet, largestMagnitudeOf } from "./feature_gradient.ts";
import { levelsSnippet } from "../feature_levels.ts";
import backwardSource from "./deformable_aggregation_backward.wgsl" with { type: "text" };
import cornersSource from "./bilinear_corners.wgsl" with { type: "text" };
import backwardNarrowSource from "./deformable_aggregation_backward_narrow.wgsl" with {
  type: "text",
};
import featureGradientSource from "./feature_gradient.wgsl" with { type: "text" };
import featuresNarrowSource from "./deformable_aggregation_backward_features_narrow.wgsl" with {
  type: "text",
};
import logitGradientsSource from "./logit_gradients.wgsl" with { type: "text" };
import featuresSource from "./deformable_aggregation_backward_features.wgsl" with { type: "text" };
import scatterSource from "./deformable_aggregation_scatter.wgsl" with { type: "text" };
import sumRunsSource from "./sum_runs.wgsl" with { type: "text" };

/** `corners_of`: bilinear interpolation with zeros outside. */
export const cornersSnippet: Snippet = {
  path: "gpu/ops/camera/deformable/bilinear_corners.wgsl",
  source: cornersSource,
};

const include = [levelsSnippet, cornersSnippet];
const logitInclude = [
  { path: "gpu/ops/camera/deformable/logit_gradients.wgsl", source: logitGradientsSource },
  ...include,
];
const backward = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_backward.wgsl",
  backwardSource,
  { include: logitInclude },
);
const backwardNarrow = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_backward_narrow.wgsl",
  backwardNarrowSource,
  { include: logitInclude },
);
const featureInclude = [
  { path: "gpu/ops/camera/deformable/feature_gradient.wgsl", source: featureGradientSource },
  levelsSnippet,
  fixedPointSnippet,
];
const backwardFeatures = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_backward_features.wgsl",
  featuresSource,
  { include: featureInclude },
);
const backwardFeaturesNarrow = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_backward_features_narrow.wgsl",
  featuresNarrowSource,
  { include: featureInclude },
);
const scatter = new Kernel(
  "gpu/ops/camera/deformable/deformable_aggregation_scatter.wgsl",
  scatterSource,
  {
    include,
  },
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

/** Gradient of the feature bank: gathered by pixels, or scattered with float atomics. */
export function featureGradient(
  attention: Attention,
  features: Tensor,
  dy: Tensor,
  { unordered, listBytes }: { readonly unordered: boolean; readonly listBytes: number },
): Tensor {
  const { gpu } = features;
  const { location, keep, stats, sizes, levels } = attention;
  const { gaussians, points, cameras, pixels, channels, groups, cells } = sizes;
  const tensors = { ...logitTensors(attention), location, stats, dy };
  const constants = { LEVELS: sizes.levels };
  if (gaussians === 0) return Tensor.zeros(gpu, features.shape);
  if (unordered && gpu.has.f32Atomics) {
    const dfeatures = Tensor.zeros(gpu, features.shape);
    scatter.dispatch(
      gpu,
      { ...tensors, dfeatures },
      { ...sampleUniforms(attention), gaussians },
      { threads: gaussians * channels / 4 },
      constants,
    );
    return dfeatures;
  }
  const dfeatures = Tensor.empty(gpu, features.shape);
  const largest = largestMagnitudeOf(dy);
  const most = Math.min(listBytes, mostBound(gpu));
  const turn = Math.max(1, Math.floor(most / (4 * points * cameras * sizes.levels)));
  const width = channels / 4 / groups;
  const VECTORS = width % 4 === 0 ? 4 : width % 2 === 0 ? 2 : 1;
  const places = backwardFeatures.fits(gpu) ? null : packPlaces(attention);
  for (const { first, count } of runsOf(gaussians, turn)) {
    using _turn = gpu.scope();
    const bins = binSamplesByCell({ location, keep }, levels, {
      first: first * points * cameras,
      pairs: count * points * cameras,
      cameras,
      groups,
      cells,
      levels: sizes.levels,
    });
    const uniforms = { ...sampleUniforms(attention), cells, accumulate: Number(first > 0) };
    const work = { threads: cameras * pixels * (channels / 4 / VECTORS) };
    const variant = { ...constants, VECTORS };
    if (places === null) {
      const all = { ...tensors, ...bins, largest, dfeatures };
      backwardFeatures.dispatch(gpu, all, uniforms, work, variant);
      continue;
    }
    const packed = pack(gpu, { ...bins, largest });
    backwardFeaturesNarrow.dispatch(
      gpu,
      { ...logitTensors(attention), ...places.tensors, bins: packed.packed, dy, dfeatures },
      { ...uniforms, ...places.at, ...packed.at },
      work,
      variant,
    );
  }
  return dfeatures;
}

/** Gradients of location and of the logits of Gaussians and cameras. */
export function logitGradients(
  attention: Attention,
  features: Tensor,
  y: Tensor,
  dy: Tensor,
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
  const dperCamera = Tensor.empty(gpu, [cameras, entries]);
  const perRun = Tensor.zeros(gpu, [runs, cameras, entries]);
  const uniforms = { ...levels, ...logitSizes(attention), gaussians, pixels, run, gain };
  const constants = {
    LEVELS: sizes.levels,
    WHOLE_SOFTMAX: Number(wholeSoftmax),
    SIZE,
    VECTORS,
    SLOTS: Math.floor(SIZE / VECTORS),
    PAIRS: points * cameras,
    SHARES: (sizes.levels + 2) * SIZE,
  };
  const tensors = { ...logitTensors(attention), features, dper_gaussian: dperGaussian };
  const results = { dlocation, dper_camera_runs: perRun };
  if (backward.fits(gpu)) {
    const all = { ...tensors, location, stats, y, dy, ...results };
    backward.dispatch(gpu, all, uniforms, { groups: runs }, constants);
  } else {
    const places = packPlaces(attention);
    const outputs = pack(gpu, { y, dy });
    // Copied with their zeros, which the kernel adds to.
    const room = pack(gpu, results);
    backwardNarrow.dispatch(
      gpu,
      {
        ...tensors,
        ...places.tensors,
        outputs: outputs.packed.as("f32"),
        gradients: room.packed.as("f32"),
      },
      { ...uniforms, ...places.at, ...inVectors(outputs.at, 4), ...room.at },
      { groups: runs },
      constants,
    );
    unpack(room, results);
  }
  sumRuns.dispatch(gpu, { x: perRun, y: dperCamera }, { runs, entries: cameras * entries }, {
    threads: cameras * entries,
  });
  return [dlocation, dperGaussian, dperCamera];
}

/** Locations and statistics in one tensor of pairs, and where each begins. */
function packPlaces({ location, stats }: Attention) {
  const { packed, at } = pack(location.gpu, { location, stats });
  return { tensors: { places: packed.as("f32") }, at: inVectors(at, 2) };
}

/** Where tensors begin, counted in vectors of so many words. */
function inVectors<Name extends string>(at: Readonly<Record<Name, number>>, lanes: number) {
  const entries = Object.entries<number>(at).map(([name, word]) => [name, word / lanes]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
