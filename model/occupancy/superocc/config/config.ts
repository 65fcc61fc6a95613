import type { LossConfig, ModelConfig } from "../../config/model_config.ts";
import type { SuperquadricRanges } from "../superquadrics/refine_superquadrics.ts";

/** Everything that defines a SuperOcc and its training. */
export interface SuperOccConfig extends ModelConfig {
  /** Which model this configures. */
  readonly model: "superocc";
  /** Exponents of the superquadrics, and how far they may be from their query. */
  readonly superquadrics: SuperquadricsConfig;
  /** What looks into the pictures. */
  readonly queries: QueriesConfig;
  /** The layers that refine the queries. */
  readonly decoder: DecoderConfig;
  /** How training goes from key frame to key frame. */
  readonly stream: SuperOccStreamConfig;
  /** What splats superquadrics into the grid. */
  readonly head: SuperOccHeadConfig;
  /** What is made small. */
  readonly loss: SuperOccLossConfig;
}

/** Shapes of superquadrics. */
export interface SuperquadricsConfig {
  /** Exponent across the local xy. */
  readonly u: readonly [number, number];
  /** Exponent along the local z. */
  readonly v: readonly [number, number];
  /** Largest step from the query, metres per axis. */
  readonly unitXyz: readonly [number, number, number];
}

/** The queries and what they keep from one key frame to the next. */
export interface QueriesConfig {
  /** Queries of a key frame. */
  readonly count: number;
  /** How many of them come from the key frame before, where there is one. */
  readonly propagated: number;
  /** Metres from all of these beyond which an initial point becomes a query. */
  readonly distance: number;
  /** Picture frames that a query looks into: the current one and those before. */
  readonly frames: number;
}

/** Training on consecutive key frames. */
export interface SuperOccStreamConfig {
  /** Key frames of a clip. */
  readonly clip: number;
  /** Epochs at the beginning in which each key frame stands alone. */
  readonly singleEpochs: number;
  /** Key frames of a window of evaluation that does not go through whole scenes. */
  readonly window: number;
}

/** The decoder. */
export interface DecoderConfig {
  /** Channels of a query's features. */
  readonly embedDims: number;
  /** Superquadrics of a query after each layer. */
  readonly refines: readonly number[];
  /** Heads of the self-attention. */
  readonly heads: number;
  /** Groups of channels that are sampled and mixed apart. */
  readonly groups: number;
  /** Points that a group samples in each picture frame. */
  readonly points: number;
  /** Hidden channels. */
  readonly feedforward: number;
  /** Share that is left out in training. */
  readonly dropout: number;
}

/** Superquadric-to-voxel splatting. */
export interface SuperOccHeadConfig {
  /** The box that truncates a superquadric, in multiples of its largest scale. */
  readonly scaleMultiplier: number;
  /** Exponent beyond which a superquadric counts for nothing. */
  readonly cut: number;
  /** Least score of a class that is not empty; null takes the likeliest of all. */
  readonly threshold: number | null;
}

/** Weights of the loss terms. */
export interface SuperOccLossConfig extends LossConfig {
  /** Of the distance between the initial points and what is occupied. */
  readonly points: number;
  /** Metres below which that distance counts as its square. */
  readonly pointsBeta: number;
}

/** What the raw numbers of superquadrics decode to. */
export function superquadricRanges(
  { occupancy, gaussians, superquadrics: { u, v, unitXyz } }: Pick<
    SuperOccConfig,
    "occupancy" | "gaussians" | "superquadrics"
  >,
): SuperquadricRanges {
  return { range: occupancy.range, scales: gaussians.scaleRange, u, v, step: unitXyz };
}

/** Classes that a query scores: all but free space. */
export function scoredClasses({ task }: Pick<SuperOccConfig, "task">): number {
  return task.classes.length - 1;
}
