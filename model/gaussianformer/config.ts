import type { AnchorRanges } from "../../gpu/ops/gaussian/anchor.ts";

/** Everything that defines a GaussianFormer and its training; plain data, so that it can be stored and overridden. */
export interface GaussianFormerConfig {
  readonly model: "gaussianformer";
  readonly image: ImageConfig;
  readonly backbone: BackboneConfig;
  readonly neck: NeckConfig;
  readonly gaussians: GaussiansConfig;
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

/** ResNet (He et al. 2016). */
export interface BackboneConfig {
  readonly block: "basic";
  readonly stageBlocks: readonly number[];
  readonly stemChannels: number;
  readonly baseChannels: number;
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
  readonly semantics: number;
}

/** The blocks that refine the Gaussians from the pictures. */
export interface EncoderConfig {
  readonly embedDims: number;
  readonly groups: number;
  readonly blocks: number;
  readonly feedforward: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  /** Learned key points beside the seven fixed ones, and the range of their offsets in scales. */
  readonly learnedPoints: number;
  readonly learnedPointScale: number;
  /** Cell of the sparse convolution, metres, and its kernel size. */
  readonly cell: number;
  readonly kernel: number;
  readonly convolutions: number;
  readonly duplicates: "native" | "gather";
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
export interface HeadConfig {
  /** The box that truncates a Gaussian, in multiples of its largest scale. */
  readonly scaleMultiplier: number;
}

/** Weights of the loss terms. */
export interface LossConfig {
  readonly nll: number;
  readonly lovasz: number;
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
