import type { Tensor } from "../../../gpu/tensor.ts";
import { Module } from "../../module.ts";
import type { Refined } from "../anchor/refine.ts";
import type { ModelConfig } from "../config/model_config.ts";
import type { FeatureBank } from "./deformable.ts";
import type { Tell } from "./progress.ts";
import type { Trace } from "./trace.ts";

/** One key frame on the GPU, with the pictures of as many moments as the model looks at. */
export interface CameraBatch {
  /** RGB bytes [pictures, height, width, 3], or normalised f32 [pictures, 3, height, width]. */
  readonly images: Tensor;
  /** [pictures, 4, 4] the labels' frame to pixels of these images. */
  readonly projection: Tensor;
  /** [pictures, 2] width and height of the images, pixels. */
  readonly imageSize: Tensor;
  /** u32 [voxels], for the depth distributions of a sampled lifter. */
  readonly labels?: Tensor | undefined;
  /** Numbers in [0, 1) for what a network draws; drawn if not given. */
  readonly uniforms?: Tensor | undefined;
  /** Photometric distortion [pictures, 8] of a training sample, see `normalizeImages`. */
  readonly distortion?: Tensor | null;
  /** Where and when it was taken, of a model that looks back. */
  readonly moment?: Moment | undefined;
  /** @internal What `see` made of the pictures. */
  readonly bank?: FeatureBank | undefined;
  /** What the model kept of the key frame before it in the same scene; null at the start of one. */
  readonly memory?: Memory | null | undefined;
}

/** Where and when a key frame was taken. */
export interface Moment {
  /** Its scene. */
  readonly scene: string;
  /** Since some moment of the scene. */
  readonly seconds: number;
  /** 4x4, row by row: the labels' frame to the world. */
  readonly worldFromFrame: Float64Array;
}

/** What a streaming model keeps from one key frame to the next: tensors by name and the moment; no gradient passes. */
export interface Memory {
  /** Named as in a checkpoint; whoever holds the memory gives them back. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** When they were right. */
  readonly moment: Moment;
}

/** Depth distributions of the pixels and what they should be, both [cameras, h, w, bins + 1]. */
export interface PixelDistributions {
  /** What is expected, before the softmax. */
  readonly logits: Tensor;
  /** f32, 0 or 1. */
  readonly targets: Tensor;
}

/** What a model makes of a key frame. */
export interface Occupancy {
  /**
   * Of the last supervised block: probabilities [classes, voxels], or logits where the head is
   * additive; voxels x-major, z fastest.
   */
  readonly probabilities: Tensor;
  /** Probability [voxels] of not being empty, of a head that keeps it apart; null elsewhere. */
  readonly occupied: Tensor | null;
  /** The same of every supervised block, and which blocks these are. */
  readonly predictions: readonly Tensor[];
  /** Of every supervised block: probability [voxels] of not being empty; none of an additive head. */
  readonly occupancies: readonly Tensor[];
  /** Which of the encoder's blocks are supervised. */
  readonly supervised: readonly number[];
  /** The primitives of the last block, and of every block. */
  readonly gaussians: Refined;
  /** What each block made of them. */
  readonly blocks: readonly Refined[];
  /** What these start from [G, width]: position and scale as logits, and so on. */
  readonly anchor: Tensor;
  /** Depths that a sampled lifter expects, else null. */
  readonly pixels: PixelDistributions | null;
  /** What the next key frame of the scene is to be given; null of a model that looks at one. */
  readonly memory?: Memory | null;
}

/** A network of the family: camera pictures to semantic occupancy. */
export abstract class OccupancyNetwork extends Module {
  /** Its settings. */
  abstract readonly config: ModelConfig;

  /** Runs the network on a key frame; `tell` hears of each part of the pass once that is encoded. */
  abstract forward(batch: CameraBatch, trace?: Trace, tell?: Tell): Occupancy;

  /**
   * The same key frame with what does not hang on a memory done already, for whoever runs it after
   * several ones; a network that has no such part returns it as it is.
   */
  see(batch: CameraBatch, _trace?: Trace, _tell?: Tell): CameraBatch {
    return batch;
  }

  /** The class u32 [voxels] of each voxel. */
  abstract classes(occupancy: Pick<Occupancy, "probabilities" | "occupied">): Tensor;

  /** Probabilities [classes, voxels]. */
  abstract chances(occupancy: Pick<Occupancy, "probabilities" | "occupied">): Tensor;
}
