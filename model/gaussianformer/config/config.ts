import type { AnchorRanges } from "../../../gpu/ops/gaussian/anchor.ts";
import type { ResNetConfig } from "../../backbone/resnet_config.ts";

/** Everything that defines a GaussianFormer and its training; plain data, so that it can be stored and overridden. */
export interface GaussianFormerConfig {
  readonly model: "gaussianformer";
  /**
   * As before December 2024, for the weights that GaussianFormer published: attention not masked,
   * cells of the sparse convolution counted from the lowest mean, losses of several blocks summed.
   */
  readonly legacy: boolean;
  readonly image: ImageConfig;
  readonly backbone: ResNetConfig;
  readonly neck: NeckConfig;
  readonly gaussians: GaussiansConfig;
  readonly lifter: LifterConfig;
  readonly encoder: EncoderConfig;
  readonly occupancy: OccupancyConfig;
  readonly head: HeadConfig;
  readonly loss: LossConfig;
  readonly optim: OptimConfig;
}

/** From a camera picture to the network's input: resized to just cover it, the top cut off. */
export interface ImageConfig {
  /** Size of the network's input, pixels. */
  readonly width: number;
  readonly height: number;
  /** Mirror half of the training samples. */
  readonly flip: boolean;
  readonly photometric: boolean;
}

/** FPN (Lin et al. 2017) over the last three stages and one level more. */
export interface NeckConfig {
  readonly levels: number;
}

/** The set of Gaussians that represents the scene. */
export interface GaussiansConfig {
  readonly count: number;
  /** Standard deviations along the local axes, metres. */
  readonly scaleRange: readonly [number, number];
  /** 17, or 18 where free space is learned as a class. */
  readonly semantics: number;
  /** Whether a Gaussian has an opacity of its own; else it is 1. */
  readonly opacity: boolean;
}

/** Where the Gaussians start: all learned, or some at depths drawn from what the pictures show. */
export type LifterConfig = { readonly kind: "learned" } | SampledLifterConfig;

/** GaussianFormer-2's start: a network of its own predicts a depth distribution for each pixel. */
export interface SampledLifterConfig {
  readonly kind: "sampled";
  /** Gaussians that start at sampled points; the others are learned. */
  readonly count: number;
  /** Depth bins of a ray; one more stands for "nothing along it". */
  readonly bins: number;
  readonly pointsPerPixel: number;
  /** Take the likeliest bins instead of drawing. */
  readonly deterministic: boolean;
  /** How the points are thinned out. */
  readonly subset: "farthest" | "random";
  readonly frozen: boolean;
  readonly backbone: ResNetConfig;
  /** Channels of each of the neck's four branches, and how much each enlarges its map. */
  readonly neckChannels: number;
  readonly neckStrides: readonly number[];
  /** The pictures are made smaller by this factor first. */
  readonly downsample: number;
}

/** The blocks that refine the Gaussians from the pictures. */
export interface EncoderConfig {
  /** Order of a block's operations, of GaussianFormer (v1) or GaussianFormer-2 (v2). */
  readonly order: "v1" | "v2";
  readonly embedDims: number;
  readonly groups: number;
  readonly blocks: number;
  /** What becomes of the feature that goes into the aggregation. */
  readonly residual: "cat" | "add" | "none";
  readonly feedforward: number;
  /** Layer norm before the feed-forward network, and a linear bypass of it. */
  readonly feedforwardNorm: boolean;
  readonly feedforwardBypass: boolean;
  readonly dropout: number;
  readonly attentionDropout: number;
  /** Learned key points beside the seven fixed ones, and the range of their offsets in scales. */
  readonly learnedPoints: number;
  readonly learnedPointScale: number;
  /** Cell of the sparse convolution, metres, and its kernel size. */
  readonly cell: number;
  readonly kernel: number;
  /** Convolutions with bias, norm and ReLU each; 0 for a single one without any of them. */
  readonly convolutions: number;
  readonly outputProjection: boolean;
  readonly duplicates: "native" | "gather";
  /** Whether a refinement moves positions in logits (v1) or in metres (v2). */
  readonly refinement: "v1" | "v2";
  readonly semanticsActivation: "identity" | "softplus";
  /** Largest step of a mean in one refinement, metres per axis. */
  readonly unitXyz: readonly [number, number, number];
}

/** The voxel grid, in the lidar frame of the key frame (x right, y forward, z up). */
export interface OccupancyConfig {
  /** Low and high corner, metres. */
  readonly range: readonly [number, number, number, number, number, number];
  /** Edge of a voxel, metres: a multiple of the 0.5 m of the labels. */
  readonly voxel: number;
}

/** Gaussian-to-voxel splatting. */
export type HeadConfig = AdditiveHeadConfig | ProbabilisticHeadConfig;

interface AnyHeadConfig {
  /** The box that truncates a Gaussian, in multiples of its largest scale. */
  readonly scaleMultiplier: number;
  /** Blocks whose Gaussians are splatted in training: "all", "random_N" or "fixed_I_J". */
  readonly supervised: string;
}

/** GaussianFormer's: logits are sums over Gaussians. */
export interface AdditiveHeadConfig extends AnyHeadConfig {
  readonly kind: "additive";
  /** A Gaussian for free space that reaches every voxel, with one learned weight. */
  readonly empty: {
    readonly mean: readonly [number, number, number];
    readonly scale: readonly [number, number, number];
  } | null;
}

/** GaussianFormer-2's: probabilities, from a mixture of Gaussians. */
export interface ProbabilisticHeadConfig extends AnyHeadConfig {
  readonly kind: "probabilistic";
  /** A box as wide along each axis as that scale asks for (`localagg_prob_fast`). */
  readonly perAxis: boolean;
  /** Multiply semantics by occupancy; else a voxel has a class where its occupancy is above `threshold`. */
  readonly combine: boolean;
  /** 0.5 where it is not given. */
  readonly threshold?: number;
}

/** Weights of the loss terms; those of weight 0 are not computed. */
export interface LossConfig {
  /** Cross-entropy, of probabilities where the head gives these. */
  readonly nll: number;
  readonly lovasz: number;
  readonly semScal: number;
  readonly geoScal: number;
  readonly focal: number;
  readonly dice: number;
  /** Distribution over each pixel's depth bins against the labels. */
  readonly pixel: number;
  /** Weights of the classes: published ones, by frequency, or all 1. */
  readonly balance: "manual" | "frequency" | "none";
}

/** AdamW with warm-up and cosine decay. */
export interface OptimConfig {
  readonly lr: number;
  readonly weightDecay: number;
  readonly backboneLr: number;
  readonly clipNorm: number;
  readonly warmupSteps: number;
  readonly minLrRatio: number;
  readonly steps: number;
}

/** Number of classes: 0 is noise, 1 to 16 are things and surfaces, 17 is empty. */
export const CLASSES = 18;
/** The class of free space. */
export const EMPTY = 17;
/** Edge of a label voxel, metres. */
export const LABEL_VOXEL = 0.5;

/** Voxels per axis. */
export function gridDims({ range, voxel }: OccupancyConfig): [number, number, number] {
  return [0, 1, 2].map((axis) => Math.round((range[axis + 3]! - range[axis]!) / voxel)) as [
    number,
    number,
    number,
  ];
}

/** How many label voxels make one voxel of the grid along each axis. */
export function coarsening({ voxel }: OccupancyConfig): number {
  const factor = voxel / LABEL_VOXEL;
  if (!Number.isInteger(factor) || factor < 1) {
    throw new RangeError(
      `Cannot use voxels of ${voxel} m: they must be a whole multiple of the labels' ${LABEL_VOXEL} m`,
    );
  }
  return factor;
}

/** What the logits of an anchor decode to. */
export function anchorRanges({ occupancy, gaussians }: GaussianFormerConfig): AnchorRanges {
  return { range: occupancy.range, scales: gaussians.scaleRange };
}

/** Numbers of an anchor: position, scale, quaternion, opacity if there is one, semantics. */
export function anchorWidth({ opacity, semantics }: GaussiansConfig): number {
  return 10 + Number(opacity) + semantics;
}
