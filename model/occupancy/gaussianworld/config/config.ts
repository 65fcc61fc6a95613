import type { AnchorModelConfig } from "../../config/anchor_config.ts";

/**
 * A GaussianWorld: anchors that a residual refinement adds to, and how they go from one key frame to the
 * next. The head reads all of `gaussians.semantics` columns; an anchor carries one more along.
 */
export interface GaussianWorldConfig extends AnchorModelConfig {
  /** Which model this configures. */
  readonly model: "gaussianworld";
  /** How key frames follow one another. */
  readonly stream: StreamConfig;
}

/** How Gaussians of a key frame become those that the next one starts from. */
export interface StreamConfig {
  /** Whether training takes clips and hands Gaussians on; else single key frames, as the base run. */
  readonly train: boolean;
  /** Key frames of a training clip. */
  readonly clip: number;
  /** Key frames of a window of evaluation, each of which starts with nothing seen. */
  readonly window: number;
  /** Chance to forget what was seen after a key frame, and for how many epochs; the last one stays. */
  readonly forget: readonly (readonly [chance: number, epochs: number])[];
  /** Blocks, the last ones, that refine Gaussians of the frame before as they refine new ones. */
  readonly temporalBlocks: number;
  /** Factor of what these blocks change of Gaussians of the frame before. */
  readonly temporalScale: number;
  /** Factor of how far the blocks before them move what can move. */
  readonly dynamicScale: number;
  /** Classes below this one can move. */
  readonly moving: number;
  /** Whether Gaussians turn with the car; in the original they keep their angles to it. */
  readonly turn: boolean;
  /** Points along x, y and z from which Gaussians are taken where the car sees for the first time. */
  readonly prior: readonly [number, number, number];
  /** Of what else those Gaussians have; the original draws them anew at every start. */
  readonly priorSeed: number;
  /** An npz whose "prior" [points, width] are those Gaussians instead; "" for none. */
  readonly priorFile: string;
  /** Where nothing came into view: draw from the first 29 of them as the original, or from all. */
  readonly fallback: "original" | "whole";
}

/** Columns of an anchor that are carried along and never read by the head: the original's class 17. */
const CARRIED = 1;

/** The settings with all columns of an anchor counted, for what makes and embeds anchors. */
export function withCarried(config: GaussianWorldConfig): GaussianWorldConfig {
  const { gaussians } = config;
  return { ...config, gaussians: { ...gaussians, semantics: gaussians.semantics + CARRIED } };
}
