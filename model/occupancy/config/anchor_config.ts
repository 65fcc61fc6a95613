import type { ResNetConfig } from "../../backbone/resnet_config.ts";
import type { AnchorRanges } from "../anchor/anchor.ts";
import type { GaussiansConfig, ModelConfig } from "./model_config.ts";

/** What the settings of a model say beside that which refines anchors block by block and aggregates them into voxels. */
export interface AnchorModelConfig extends ModelConfig {
  /** Where the anchors start. */
  readonly lifter: LifterConfig;
  /** What refines them. */
  readonly encoder: EncoderConfig;
  /** What aggregates them into the grid. */
  readonly head: HeadConfig;
}

/** Where the Gaussians start: all learned, or some at depths drawn from what the pictures show. */
export type LifterConfig = LearnedLifterConfig | SampledLifterConfig;

/** What every lifter has. */
export interface AnyLifterConfig {
  /** Whether the anchors are trained; of a sampled lifter the table beside the sampled positions. */
  readonly trainAnchors: boolean;
  /** Whether the Gaussians' first features are trained; else they are zero. */
  readonly trainFeatures: boolean;
}

/** GaussianFormer's start: anchors that are the same for every scene. */
export interface LearnedLifterConfig extends AnyLifterConfig {
  /** All learned. */
  readonly kind: "learned";
}

/** GaussianFormer-2's start: a network of its own predicts a depth distribution for each pixel. */
export interface SampledLifterConfig extends AnyLifterConfig {
  /** Placed by a network that looks at the pictures. */
  readonly kind: "sampled";
  /** Gaussians that start at sampled points; the others are learned. */
  readonly count: number;
  /** Depth bins of a ray; one more stands for "nothing along it". */
  readonly bins: number;
  /** Depths of the first and the last bin, metres; 1 and 72 where they are not given. */
  readonly depths?: readonly [number, number];
  /** Draws along each ray. */
  readonly pointsPerPixel: number;
  /** Take the likeliest bins instead of drawing. */
  readonly deterministic: boolean;
  /** How the points are thinned out. */
  readonly subset: "farthest" | "random";
  /** Whether that network stays as it is. */
  readonly frozen: boolean;
  /** Of that network. */
  readonly backbone: ResNetConfig;
  /** Channels of each of the neck's four branches. */
  readonly neckChannels: number;
  /** How much each branch enlarges its map. */
  readonly neckStrides: readonly number[];
  /** The pictures are made smaller by this factor first. */
  readonly downsample: number;
}

/** The blocks that refine the Gaussians from the pictures. */
export interface EncoderConfig {
  /** Order of a block's operations, of GaussianFormer (v1), GaussianFormer-2 (v2) or GaussianWorld. */
  readonly order: "v1" | "v2" | "world";
  /** Channels of a Gaussian's features. */
  readonly embedDims: number;
  /** Groups of channels with weights of their own. */
  readonly groups: number;
  /** Refinements. */
  readonly blocks: number;
  /** What becomes of the feature that goes into the aggregation. */
  readonly residual: "cat" | "add" | "none";
  /** Hidden channels. */
  readonly feedforward: number;
  /** Layer norm before the feed-forward network. */
  readonly feedforwardNorm: boolean;
  /** Whether a linear layer goes around it. */
  readonly feedforwardBypass: boolean;
  /** Share that is left out in training. */
  readonly dropout: number;
  /** Share of samples that is left out in training. */
  readonly attentionDropout: number;
  /** Embeddings, feed-forward networks and what predicts refinements run again when walking back instead of being kept. */
  readonly recompute: boolean;
  /** Learned key points beside the seven fixed ones. */
  readonly learnedPoints: number;
  /** Range of their offsets, in scales. */
  readonly learnedPointScale: number;
  /** Cell of the sparse convolution, metres. */
  readonly cell: number;
  /** Edge of its kernel, cells. */
  readonly kernel: number;
  /** Convolutions with bias, norm and ReLU each; 0 for a single one without any of them. */
  readonly convolutions: number;
  /** Whether a linear layer follows it. */
  readonly outputProjection: boolean;
  /** What Gaussians in one voxel do. */
  readonly duplicates: "native" | "gather";
  /** Whether a refinement moves positions in logits (v1) or in metres (v2), or adds to all (residual). */
  readonly refinement: "v1" | "v2" | "residual";
  /** What is done to the semantics. */
  readonly semanticsActivation: "identity" | "softplus";
  /** Share of the range at its ends that no refined position reaches (v2); 1e-4 unless given. */
  readonly margin?: number;
  /** Largest step of a mean in one refinement, metres per axis. */
  readonly unitXyz: readonly [number, number, number];
}

/** Aggregation of primitives into voxels. */
export type HeadConfig = AdditiveHeadConfig | ProbabilisticHeadConfig | SuperquadricHeadConfig;

/** What every head has. */
export interface AnyHeadConfig {
  /** The box that truncates a Gaussian, in multiples of its largest scale. */
  readonly scaleMultiplier: number;
  /** Blocks whose Gaussians are aggregated in training: "all", "random_N" or "fixed_I_J". */
  readonly supervised: string;
}

/** GaussianFormer's: logits are sums over Gaussians. */
export interface AdditiveHeadConfig extends AnyHeadConfig {
  /** Contributions add up. */
  readonly kind: "additive";
  /** A Gaussian for free space that reaches every voxel, with one learned weight. */
  readonly empty: {
    readonly mean: readonly [number, number, number];
    readonly scale: readonly [number, number, number];
  } | null;
}

/** QuadricFormer's: probabilities, from a mixture of superquadrics without their volume. */
export interface SuperquadricHeadConfig extends AnyHeadConfig {
  /** A mixture of superquadrics. */
  readonly kind: "superquadric";
  /** A box that ends where nothing is left of it, in place of the cube of the largest scale. */
  readonly tight: boolean;
}

/** GaussianFormer-2's: probabilities, from a mixture of Gaussians. */
export interface ProbabilisticHeadConfig extends AnyHeadConfig {
  /** A mixture of Gaussians. */
  readonly kind: "probabilistic";
  /** A box as wide along each axis as that scale asks for (`localagg_prob_fast`). */
  readonly perAxis: boolean;
  /** Multiply semantics by occupancy; else a voxel has a class where its occupancy is above `threshold`. */
  readonly combine: boolean;
  /** 0.5 where it is not given. */
  readonly threshold?: number;
}

/** What the logits of an anchor decode to. */
export function anchorRanges({ occupancy, gaussians }: AnchorModelConfig): AnchorRanges {
  return { range: occupancy.range, scales: gaussians.scaleRange };
}

/** Numbers of an anchor: position, scale, quaternion, opacity and exponents if there are any, semantics. */
export function anchorWidth({ opacity, exponents, semantics }: GaussiansConfig): number {
  return 10 + Number(opacity) + (exponents ? 2 : 0) + semantics;
}
