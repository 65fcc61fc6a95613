import { gridRange, type OccupancyTask } from "../../../data/occupancy/task.ts";
import type { ResNetConfig } from "../../backbone/resnet_config.ts";

/** What the settings of every model of the family say of it and of its training; plain data, so that they can be stored and overridden. */
export interface ModelConfig {
  /** Which model this configures: its name in the table. */
  readonly model: string;
  /**
   * As before December 2024, for the weights that GaussianFormer published: attention not masked,
   * cells of the sparse convolution counted from the lowest mean, losses of several blocks summed.
   */
  readonly legacy: boolean;
  /** What the labels are: classes, grid, cameras. */
  readonly task: OccupancyTask;
  /** The network's pictures. */
  readonly image: ImageConfig;
  /** What makes features of them. */
  readonly backbone: ResNetConfig;
  /** What makes equal channels at all levels. */
  readonly neck: NeckConfig;
  /** How many primitives there are, and their ranges. */
  readonly gaussians: GaussiansConfig;
  /** The grid. */
  readonly occupancy: OccupancyConfig;
  /** What is made small. */
  readonly loss: LossConfig;
  /** How it is made small. */
  readonly optim: OptimConfig;
}

/** From a camera picture to the network's input: resized, cut off or padded, normalised. */
export interface ImageConfig {
  /** Size of the network's input, pixels. */
  readonly width: number;
  /** Rows of the network's pictures. */
  readonly height: number;
  /** Fill the input, the top cut off; or show the whole picture, black beside or below it. */
  readonly fit: "cover" | "pad";
  /** Mirror half of the training samples. */
  readonly flip: boolean;
  /** Whether that is drawn for each of their pictures. */
  readonly flipEach: boolean;
  /** Whether training distorts brightness and colours. */
  readonly photometric: boolean;
  /** In training: drawn factor of the size at which a picture just covers the input, or fits into it. */
  readonly resize: readonly [number, number];
  /** In training: drawn part of the picture cut off at the bottom. */
  readonly bottom: readonly [number, number];
  /** That part in evaluation. */
  readonly evalBottom: number;
  /** In training: drawn angle about the middle, degrees counter-clockwise. */
  readonly rotate: readonly [number, number];
  /** Order in which the network gets the colours. */
  readonly channels: "rgb" | "bgr";
  /** What is taken from each channel, in that order and in the units of a byte. */
  readonly mean: readonly [number, number, number];
  /** What the rest is divided by. */
  readonly deviation: readonly [number, number, number];
}

/** FPN (Lin et al. 2017) over the backbone's last stages, and levels beyond them. */
export interface NeckConfig {
  /** The first of the four stages that it starts from: 1 leaves out the one at a quarter of the pictures' size, 0 does not. */
  readonly first: number;
  /** Levels that come out. */
  readonly levels: number;
  /** Whether it stays as it is. */
  readonly frozen: boolean;
}

/** The set of Gaussians that represents the scene. */
export interface GaussiansConfig {
  /** How many Gaussians there are. */
  readonly count: number;
  /** Standard deviations along the local axes, metres. */
  readonly scaleRange: readonly [number, number];
  /** As many as there are classes, or one less where free space is not learned as one. */
  readonly semantics: number;
  /** Whether a Gaussian has an opacity of its own; else it is 1. */
  readonly opacity: boolean;
  /** Ranges of a superquadric's exponents; absent of Gaussians. */
  readonly exponents?: ExponentsConfig;
}

/** What shapes a superquadric: u its cross-section, v its profile along z and its fall-off; at 1 and 1 it is a Gaussian. */
export interface ExponentsConfig {
  /** Smallest and largest u. */
  readonly u: readonly [number, number];
  /** Smallest and largest v. */
  readonly v: readonly [number, number];
}

/** The voxel grid, in the frame of the labels. */
export interface OccupancyConfig {
  /** Low and high corner, metres: those of the labels. */
  readonly range: readonly [number, number, number, number, number, number];
  /** Edge of a voxel, metres: a multiple of the labels'. */
  readonly voxel: number;
}

/** Weights of the loss terms; those of weight 0 are not computed. */
export interface LossConfig {
  /** Cross-entropy, of probabilities where the head gives these. */
  readonly nll: number;
  /** Weight of Lovász-softmax. */
  readonly lovasz: number;
  /** Weight of the affinity of classes. */
  readonly semScal: number;
  /** Weight of the affinity of what is occupied. */
  readonly geoScal: number;
  /** Weight of the focal loss. */
  readonly focal: number;
  /** Weight of dice. */
  readonly dice: number;
  /** Distribution over each pixel's depth bins against the labels. */
  readonly pixel: number;
  /** Whether these distributions are sigmoids; else a softmax along each ray. */
  readonly pixelSigmoid: boolean;
  /** Weight of the cross-entropy of the first occupied bin along each ray. */
  readonly depth: number;
  /** Weight of the binary cross-entropy of "occupied", of a head that gives that probability. */
  readonly binary: number;
  /** Weight of GaussRender's loss: voxels drawn from a camera and from above, in training alone. */
  readonly render: number;
  /** How many times smaller than the network's its pictures are. */
  readonly renderShrink: number;
  /** Standard deviation of the Gaussian that stands for a voxel there, in voxels. */
  readonly renderDeviation: number;
  /** How far above the true camera it looks from, metres. */
  readonly renderLift: number;
  /** The label that Lovász-softmax leaves out; 255 for none. */
  readonly lovaszIgnore: number;
  /** Whether only voxels count that the set's mask says are seen; else all whose label does. */
  readonly masked: boolean;
  /** Whether the supervised blocks count as one prediction of as many voxels; else each has losses of its own. */
  readonly together: boolean;
  /** Weights of the classes: published ones, by frequency, or all 1. */
  readonly balance: "manual" | "frequency" | "none";
}

/** AdamW with warm-up and a decay of its rate. */
export interface OptimConfig {
  /** Learning rate after the warm-up. */
  readonly lr: number;
  /** Decay of the first and second moment. */
  readonly betas: readonly [number, number];
  /** Added to the root of the second moment. */
  readonly eps: number;
  /** Decoupled. */
  readonly weightDecay: number;
  /** Factor of the rate for the backbone. */
  readonly backboneLr: number;
  /** Factor of its weight decay. */
  readonly backboneDecay: number;
  /** Which other parameters have factors of their own. */
  readonly rules: ParameterRules;
  /** Key frames of a batch: their mean gradient is one. */
  readonly batch: number;
  /** How the rate falls after the warm-up: half a cosine, or at milestones. */
  readonly schedule: "cosine" | "multistep";
  /** Batches after which the rate is multiplied by `decayRate`, of "multistep". */
  readonly milestones: readonly number[];
  /** Factor at each milestone. */
  readonly decayRate: number;
  /** Largest norm of all gradients together. */
  readonly clipNorm: number;
  /** Batches until the full rate. */
  readonly warmupSteps: number;
  /** Rate that the warm-up begins with. */
  readonly warmupStart: number;
  /** Share of the rate that is left at the end. */
  readonly minLrRatio: number;
  /** Steps in all. */
  readonly steps: number;
}

/** Factors by the names of parameters, as MMEngine's `paramwise_cfg`; null where there is no rule. */
export interface ParameterRules {
  /** Factors of the parameters whose key contains a word; the longest word decides. */
  readonly keys: readonly { readonly key: string; readonly lr: number; readonly decay: number }[];
  /** Of the weight decay of norms. */
  readonly normDecay: number | null;
  /** Of the rate of biases but those of norms. */
  readonly biasLr: number | null;
  /** Of the weight decay of biases. */
  readonly biasDecay: number | null;
  /** Of the weight decay of parameters with one axis. */
  readonly flatDecay: number | null;
  /** Of the rate of the offsets of deformable convolutions. */
  readonly offsetLr: number | null;
}

/** Voxels per axis. */
export function gridDims({ range, voxel }: OccupancyConfig): [number, number, number] {
  return [0, 1, 2].map((axis) => Math.round((range[axis + 3]! - range[axis]!) / voxel)) as [
    number,
    number,
    number,
  ];
}

/** Settings of the grid that do not go with the labels: path, value and what it must be. */
export function gridProblems(
  { occupancy: { range, voxel }, task: { name, grid } }: Pick<
    ModelConfig,
    "occupancy" | "task"
  >,
): (readonly [path: string, value: unknown, wanted: string])[] {
  const wanted = gridRange(grid);
  const sameRange = range.length === wanted.length &&
    range.every((value, i) => Math.abs(value - wanted[i]!) < 1e-6 * grid.voxel);
  const factor = voxel / grid.voxel;
  const fits = factor >= 1 - 1e-6 && Math.abs(factor - Math.round(factor)) < 1e-6 &&
    grid.dims.every((size) => size % Math.round(factor) === 0);
  return [
    ...(sameRange ? [] : [
      [
        "occupancy.range",
        range,
        `low and high corner of the labels of ${name}, [${wanted.join(",")}]`,
      ] as const,
    ]),
    ...(fits ? [] : [
      [
        "occupancy.voxel",
        voxel,
        `a multiple of ${grid.voxel}, the voxels of the labels of ${name}, that divides ${
          grid.dims.join("x")
        } of them`,
      ] as const,
    ]),
  ];
}

/** How many label voxels make one voxel of the grid along each axis; throws where they do not fit. */
export function coarsening(config: Pick<ModelConfig, "occupancy" | "task">): number {
  const problems = gridProblems(config).map(([path, value, wanted]) =>
    `"${path}" is ${JSON.stringify(value)}, it must be ${wanted}`
  );
  if (problems.length) throw new RangeError(`Cannot use the settings: ${problems.join("; ")}`);
  return Math.round(config.occupancy.voxel / config.task.grid.voxel);
}

/** The class of each channel of a Gaussian's semantics: all, or all but free space. */
export function semanticClasses(
  { gaussians: { semantics }, task: { classes, empty } }: Pick<
    ModelConfig,
    "gaussians" | "task"
  >,
): number[] {
  const all = classes.map((_, label) => label);
  return semantics === all.length ? all : all.filter((label) => label !== empty);
}
