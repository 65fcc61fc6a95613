import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { philoxSnippet, philoxUniforms } from "../../../wgsl/philox.ts";
import {
  aggregationGradients,
  type Attention,
  cornersSnippet,
  logitSizes,
  logitTensors,
  sampleUniforms,
  vectorsOf,
} from "./deformable_gradients.ts";
import { type FeatureLevels, levelsSnippet, levelUniforms } from "../feature_levels.ts";
import forwardSource from "./deformable_aggregation.wgsl" with { type: "text" };
import keepSource from "./deformable_keep.wgsl" with { type: "text" };
import softmaxSource from "./deformable_softmax.wgsl" with { type: "text" };

const keepKernel = new Kernel("gpu/ops/camera/deformable/deformable_keep.wgsl", keepSource, {
  include: [philoxSnippet],
});
const softmax = new Kernel("gpu/ops/camera/deformable/deformable_softmax.wgsl", softmaxSource);
const forward = new Kernel("gpu/ops/camera/deformable/deformable_aggregation.wgsl", forwardSource, {
  include: [levelsSnippet, cornersSnippet],
});

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
  /** Heights and widths of the feature maps. */
  readonly levels: FeatureLevels;
  /** Groups of channels with weights of their own. */
  readonly groups: number;
  /** Softmax over all samples, invisible ones too, as before GaussianFormer-2. */
  readonly wholeSoftmax?: boolean;
  /**
   * Probability with which samples are left out before the softmax, each for itself; `wholeSoftmax`: all
   * levels and groups of a (point, camera) together, after the softmax.
   */
  readonly dropout?: number;
  /** Sums the features' gradient by float atomics where the adapter has them: not the same bits. */
  readonly unordered?: boolean;
  /** Bytes that the weights of samples may take in the backward pass; with more of them it takes turns. */
  readonly listBytes?: number;
}

const LIST_BYTES = 1 << 26;

/**
 * Deformable aggregation as of GaussianFormer-2: for each Gaussian and group a softmax over all its
 * visible (point, camera, level) samples, and the sum of the bilinearly sampled features with these
 * weights: [G, channels]. The weights are never stored. Gradients flow to features, location and
 * logits, and are the same bits on every run.
 */
export function deformableAggregation(
  inputs: DeformableInputs,
  options: DeformableOptions,
): Tensor {
  const { features, location, visible, perGaussian, perCamera = null } = inputs;
  const { wholeSoftmax = false, dropout = 0, unordered = false, listBytes = LIST_BYTES } = options;
  const { gpu } = features;
  const { sizes, uniforms } = readSizes(inputs, options);
  const { gaussians, cameras, channels, entries, levels, groups } = sizes;
  return gpu.tidy(() => {
    const attention: Attention = {
      location,
      keep: keepSamples(location, visible, { bits: levels * groups, dropout, wholeSoftmax }),
      perGaussian,
      perCamera: perCamera ?? Tensor.zeros(gpu, [cameras, entries]),
      stats: Tensor.empty(gpu, [gaussians, groups, 2]),
      sizes,
      levels: uniforms,
      // A softmax over what is left needs no correction.
      gain: wholeSoftmax ? 1 / (1 - dropout) : 1,
      wholeSoftmax,
    };
    softmax.dispatch(
      gpu,
      { ...logitTensors(attention), stats: attention.stats },
      { ...logitSizes(attention), gaussians },
      { threads: gaussians * groups },
      { LEVELS: levels, WHOLE_SOFTMAX: Number(wholeSoftmax) },
    );
    const y = Tensor.empty(gpu, [gaussians, channels]);
    // A GPU has channels for many threads, a processor no use for them.
    const VECTORS = gpu.tuning.sampleGradients === "serial" ? vectorsOf(channels / 4 / groups) : 1;
    forward.dispatch(
      gpu,
      { ...logitTensors(attention), features, location, stats: attention.stats, y },
      { ...sampleUniforms(attention), gaussians },
      { threads: y.size / 4 / VECTORS },
      { LEVELS: levels, VECTORS },
    );
    const sources = [features, location, perGaussian, ...(perCamera ? [perCamera] : [])];
    return record("deformableAggregation", sources, y, (dy, needs) => {
      const wants = { features: needs[0]!, logits: needs.slice(1).some(Boolean) };
      const options = { unordered, listBytes };
      return aggregationGradients(attention, { features, y, dy }, wants, options)
        .slice(0, sources.length)
        .map((gradient, i) => needs[i] ? gradient : null);
    });
  });
}

/**
 * One bit for each level and group of every (Gaussian, point, camera) whose sample counts: u32 of the
 * shape of `visible`.
 */
export function keepSamples(
  location: Tensor,
  visible: Tensor,
  { bits, dropout = 0, wholeSoftmax = false }: {
    readonly bits: number;
    readonly dropout?: number;
    readonly wholeSoftmax?: boolean;
  },
): Tensor {
  if (!(dropout >= 0 && dropout < 1)) {
    throw new RangeError(
      `Cannot run deformableAggregation: the dropout is ${dropout}, [0, 1) is possible`,
    );
  }
  const { gpu, size: pairs } = visible;
  const keep = Tensor.empty(gpu, visible.shape, "u32");
  const draws = dropout ? 4 * pairs * (wholeSoftmax ? 1 : Math.ceil(bits / 4)) : 0;
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
    { WHOLE_SOFTMAX: Number(wholeSoftmax) },
  );
  return keep;
}

function readSizes(
  { features, location, visible, perGaussian, perCamera }: DeformableInputs,
  { levels, groups }: DeformableOptions,
) {
  const { uniforms, pixels: levelPixels, cells } = levelUniforms("deformableAggregation", levels);
  const entryAxes = perGaussian.shape.length === 3
    ? ["cameras", "entries"] as const
    : ["entries"] as const;
  const shapes = checkShapes("deformableAggregation", {
    features: [features, "cameras", "pixels", "channels"],
    location: [location, "gaussians", "points", "cameras", 2],
    visible: [visible, "gaussians", "points", "cameras"],
    perGaussian: [perGaussian, "gaussians", ...entryAxes],
    perCamera: [perCamera, "cameras", "entries"],
  });
  const sizes = { ...shapes, groups, levels: levels.length, cells };
  checkSizes(sizes, levelPixels);
  return { sizes, uniforms };
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
