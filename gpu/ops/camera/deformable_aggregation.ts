import { Kernel, type Snippet } from "../../kernel.ts";
import { checkShapes } from "../../shape.ts";
import { record } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { binSamplesByCell, fixedPointSnippet, largestMagnitudeOf } from "./feature_gradient.ts";
import { philoxSnippet, philoxUniforms } from "../../wgsl/philox.ts";
import { type FeatureLevels, levelsSnippet, levelUniforms } from "./feature_levels.ts";
import backwardSource from "./deformable_aggregation_backward.wgsl" with { type: "text" };
import cornersSource from "./bilinear_corners.wgsl" with { type: "text" };
import featuresSource from "./deformable_aggregation_backward_features.wgsl" with { type: "text" };
import forwardSource from "./deformable_aggregation.wgsl" with { type: "text" };
import keepSource from "./deformable_keep.wgsl" with { type: "text" };
import softmaxSource from "./deformable_softmax.wgsl" with { type: "text" };
import sumRunsSource from "./sum_runs.wgsl" with { type: "text" };

/** `corners_of`: bilinear interpolation with zeros outside. */
export const cornersSnippet: Snippet = {
  path: "gpu/ops/camera/bilinear_corners.wgsl",
  source: cornersSource,
};

const include = [levelsSnippet, cornersSnippet];
/** Marks the samples that count. */
export const keepKernel = new Kernel("gpu/ops/camera/deformable_keep.wgsl", keepSource, {
  include: [philoxSnippet],
});
const softmax = new Kernel("gpu/ops/camera/deformable_softmax.wgsl", softmaxSource);
const forward = new Kernel("gpu/ops/camera/deformable_aggregation.wgsl", forwardSource, {
  include,
});
const backward = new Kernel("gpu/ops/camera/deformable_aggregation_backward.wgsl", backwardSource, {
  include,
});
const backwardFeatures = new Kernel(
  "gpu/ops/camera/deformable_aggregation_backward_features.wgsl",
  featuresSource,
  { include: [levelsSnippet, fixedPointSnippet] },
);
const sumRuns = new Kernel("gpu/ops/camera/sum_runs.wgsl", sumRunsSource);

/** Tensors of a deformable aggregation over G Gaussians with K points each. */
export interface DeformableInputs {
  /** Feature bank [cameras, pixels, channels]: levels concatenated, pixels row-major. */
  readonly features: Tensor;
  /** Where the points lie in the pictures [G, K, cameras, 2], fractions (u, v). */
  readonly location: Tensor;
  /** Which of them may be sampled: u32 [G, K, cameras]. */
  readonly visible: Tensor;
  /**
   * Attention logits [G, levels * K * groups] (level outermost, group innermost), or
   * [G, cameras, levels * K * groups].
   */
  readonly perGaussian: Tensor;
  /** Logits [cameras, levels * K * groups] that are added to those of every Gaussian. */
  readonly perCamera?: Tensor | null;
}

/** Settings of a deformable aggregation. */
export interface DeformableOptions {
  readonly levels: FeatureLevels;
  readonly groups: number;
  /** Softmax over all samples, invisible ones too, as before GaussianFormer-2. */
  readonly legacy?: boolean;
  /**
   * Probability with which samples are left out before the softmax, each for itself; `legacy`: all
   * levels and groups of a (point, camera) together, after the softmax.
   */
  readonly dropout?: number;
}

// Sample lists of the feature gradient take at most this many bytes; more Gaussians run in turns.
const LIST_BYTES = 1 << 26;

/**
 * Deformable aggregation as of GaussianFormer-2: for each Gaussian and group a softmax over all its
 * visible (point, camera, level) samples, and the sum of the bilinearly sampled features with these
 * weights: [G, channels]. The weights are never stored. Gradients flow to features, location and
 * logits, and are the same bits on every run.
 */
export function deformableAggregation(
  { features, location, visible, perGaussian, perCamera = null }: DeformableInputs,
  { levels, groups, legacy = false, dropout = 0 }: DeformableOptions,
): Tensor {
  const { gpu } = features;
  const shape = levelUniforms("deformableAggregation", levels);
  const entryAxes = perGaussian.shape.length === 3 ? ["cameras", "entries"] : ["entries"];
  const { cameras, pixels, channels, gaussians, points, entries } = checkShapes(
    "deformableAggregation",
    {
      features: [features, "cameras", "pixels", "channels"],
      location: [location, "gaussians", "points", "cameras", 2],
      visible: [visible, "gaussians", "points", "cameras"],
      perGaussian: [perGaussian, "gaussians", ...entryAxes],
      perCamera: [perCamera, "cameras", "entries"],
    },
  ) as Record<"cameras" | "pixels" | "channels" | "gaussians" | "points" | "entries", number>;
  checkSizes({ pixels, channels, entries, points, groups, levels: levels.length }, shape.pixels);

  const vectors = channels / 4;
  const sizes = {
    points,
    cameras,
    groups,
    gaussian_stride: perGaussian.shape.length === 3 ? cameras * entries : entries,
    camera_stride: perGaussian.shape.length === 3 ? entries : 0,
  };
  if (!(dropout >= 0 && dropout < 1)) {
    throw new RangeError(
      `Cannot run deformableAggregation: the dropout is ${dropout}, [0, 1) is possible`,
    );
  }
  // A softmax over what is left needs no correction.
  const gain = legacy ? 1 / (1 - dropout) : 1;
  const LEVELS = levels.length;
  const LEGACY = Number(legacy);
  const y = Tensor.empty(gpu, [gaussians, channels]);
  const added = perCamera ?? Tensor.zeros(gpu, [cameras, entries]);
  const pairs = gaussians * points * cameras;
  const keep = Tensor.empty(gpu, [gaussians, points, cameras], "u32");
  const bits = LEVELS * groups;
  const draws = dropout ? 4 * pairs * (legacy ? 1 : Math.ceil(bits / 4)) : 0;
  keepKernel.dispatch(
    gpu,
    { location, visible, keep },
    {
      ...philoxUniforms(gpu.random.take(draws)),
      pairs,
      bits,
      threshold: Math.min(Math.round(dropout * 2 ** 32), 2 ** 32 - 1),
    },
    { threads: pairs },
    { LEGACY },
  );
  const stats = Tensor.empty(gpu, [gaussians, groups, 2]);
  const logits = { keep, per_gaussian: perGaussian, per_camera: added };
  softmax.dispatch(gpu, { ...logits, stats }, { ...sizes, gaussians }, {
    threads: gaussians * groups,
  }, { LEVELS, LEGACY });
  forward.dispatch(
    gpu,
    { ...logits, features, location, stats, y },
    { ...shape.uniforms, ...sizes, gaussians, pixels, vectors, gain },
    { threads: gaussians * vectors },
    { LEVELS },
  );

  const inputs = [features, location, perGaussian, ...(perCamera ? [perCamera] : [])];
  return record("deformableAggregation", inputs, y, (dy, needs) => {
    let [dfeatures, dlocation, dperGaussian, dperCamera]: (Tensor | null)[] = [];
    if (needs[0]) {
      dfeatures = gaussians ? Tensor.empty(gpu, features.shape) : Tensor.zeros(gpu, features.shape);
      const largest = largestMagnitudeOf(dy);
      const turn = Math.max(1, Math.floor(LIST_BYTES / (4 * points * cameras * LEVELS)));
      const width = vectors / groups;
      const VECTORS = width % 4 === 0 ? 4 : width % 2 === 0 ? 2 : 1;
      for (let first = 0; first < gaussians; first += turn) {
        using _turn = gpu.scope();
        const { starts, listed } = binSamplesByCell({ location, keep }, shape.uniforms, {
          first: first * points * cameras,
          pairs: Math.min(turn, gaussians - first) * points * cameras,
          cameras,
          groups,
          cells: shape.cells,
          levels: LEVELS,
        });
        backwardFeatures.dispatch(
          gpu,
          { ...logits, location, stats, dy, largest, starts, listed, dfeatures },
          {
            ...shape.uniforms,
            ...sizes,
            pixels,
            cells: shape.cells,
            vectors,
            gain,
            accumulate: Number(first > 0),
          },
          { threads: cameras * pixels * (vectors / VECTORS) },
          { LEVELS, VECTORS },
        );
      }
    }
    if (needs[1] || needs[2] || needs[3]) {
      const SIZE = 64 * Math.ceil(vectors / 64);
      const SLOTS = Math.floor(SIZE / vectors);
      // About a thousand workgroups fill any GPU and keep the per-camera sums of each small.
      const run = Math.max(1, Math.ceil(gaussians / 1024));
      const runs = Math.ceil(gaussians / run);
      dlocation = Tensor.zeros(gpu, location.shape);
      dperGaussian = Tensor.zeros(gpu, perGaussian.shape);
      const perRun = Tensor.zeros(gpu, [runs, cameras, entries]);
      backward.dispatch(
        gpu,
        {
          ...logits,
          features,
          location,
          stats,
          y,
          dy,
          dlocation,
          dper_gaussian: dperGaussian,
          dper_camera_runs: perRun,
        },
        { ...shape.uniforms, ...sizes, gaussians, pixels, run, gain },
        { groups: runs },
        {
          LEVELS,
          LEGACY,
          SIZE,
          VECTORS: vectors,
          SLOTS,
          PAIRS: points * cameras,
          SHARES: (LEVELS + 2) * SIZE,
        },
      );
      if (needs[3]) {
        dperCamera = Tensor.empty(gpu, [cameras, entries]);
        sumRuns.dispatch(gpu, { x: perRun, y: dperCamera }, { runs, entries: cameras * entries }, {
          threads: cameras * entries,
        });
      }
    }
    const gradients = [dfeatures, dlocation, dperGaussian, dperCamera];
    return inputs.map((_, i) => needs[i] ? gradients[i] ?? null : null);
  });
}

function checkSizes(
  { pixels, channels, entries, points, groups, levels }: Readonly<
    Record<"pixels" | "channels" | "entries" | "points" | "groups" | "levels", number>
  >,
  levelPixels: number,
): void {
  const problem = pixels !== levelPixels
    ? `the levels have ${levelPixels} pixels, the features have ${pixels}`
    : channels % (4 * groups)
    ? `${channels} channels in ${groups} groups, each group must have a multiple of 4`
    : channels > 1024
    ? `${channels} channels, at most 1024 are possible`
    : levels * groups > 32
    ? `${levels} levels with ${groups} groups, their product must be at most 32`
    : entries !== levels * points * groups
    ? `${entries} logits a Gaussian, ${levels} levels, ${points} points and ${groups} groups need ${
      levels * points * groups
    }`
    : null;
  if (problem) throw new RangeError(`Cannot run deformableAggregation: ${problem}`);
}
