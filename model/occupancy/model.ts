import type { Gpu } from "../../gpu/device.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import type { Module, NamedArray } from "../module.ts";
import type { ModelInputs, RunOptions, RunResult } from "./arrays/run_options.ts";
import type { ModelConfig } from "./config/model_config.ts";
import type { OriginalReader } from "./config/original/original_reader.ts";
import type { Occupancy, OccupancyNetwork } from "./network/occupancy_network.ts";
import type { Trace } from "./network/trace.ts";
import type { LabelledBatch } from "./training/sample_batch.ts";

/**
 * A model of the family: all that training, evaluation, prediction, pictures, reports, memory plans and
 * ranks need to know of it. A model is one of these and one line of the table.
 */
export interface OccupancyModel<Config extends ModelConfig = ModelConfig> {
  /** What its settings call it. */
  readonly name: Config["model"];
  /** Its settings by name. */
  readonly presets: Readonly<Record<string, Config>>;
  /** Settings of a checkpoint, with those that the version which wrote it did not have yet. */
  complete(stored: Config): Config;
  /**
   * Throws one RangeError that names every setting with which no model can be made or trained; with
   * `labelled`, those too whose grid is not that of the task's labels.
   */
  check(config: Config, options?: { readonly labelled?: boolean }): void;
  /** Reads its original's configuration files. */
  readonly original: OriginalReader<Config>;
  /** Names of its parameters in its original's checkpoints. */
  readonly keys: UpstreamKeys;
  /** Whether weights by our names may be of such settings, by their shapes. */
  fits(config: Config, weights: Readonly<Record<string, Pick<NamedArray, "shape">>>): boolean;
  /** The network, with seeded weights. */
  network(init: Initializer, config: Config): OccupancyNetwork;
  /** What its predictions are trained with. */
  criterion(gpu: Gpu, config: Config): Criterion;
  /** What is trained before the model itself, as stage "initializer"; absent where there is nothing. */
  pretraining?(init: Initializer, config: Config): Pretraining;
  /** What a run is to be told that starts from no weights; null where there is nothing to say. */
  unlearned?(config: Config): string | null;
  /** How it goes from key frame to key frame; null or absent where each stands alone. */
  stream?(config: Config): StreamPlan | null;
  /** Multiply-adds of each part of a forward pass, of one picture where a part goes over pictures. */
  work(config: Config): ReadonlyMap<string, number>;
  /** The same settings with the backbones' blocks kept, or run twice. */
  recomputing(config: Config, recompute: boolean): Config;
  /** The same settings with half as many primitives; null where their number is not free. */
  fewer(config: Config): Config | null;
  /** Which primitives a picture shows unless it is said: see `GaussianChoice`. */
  shown(config: Config): "base" | "prob";
  /** Runs it on given weights and inputs, as `model run` does. */
  runArrays(gpu: Gpu, given: ModelInputs<Config>, options?: RunOptions): Promise<RunResult>;
}

/** How a model goes from key frame to key frame. */
export interface StreamPlan {
  /** Key frames of a training clip; null where training takes single ones. */
  readonly clip: number | null;
  /** Chance, in an epoch of training, that what was seen is forgotten after a key frame. */
  chance(epoch: number): number;
  /** Whether evaluations and predictions stream unless it is said. */
  readonly streams: boolean;
  /** Key frames of a window of evaluation, each of which starts with nothing seen. */
  readonly window: number;
}

/** What makes a number of predictions that training makes small. */
export interface Criterion {
  /** The loss of a key frame times `scale`. */
  loss(
    occupancy: Occupancy,
    batch: LabelledBatch,
    options?: { readonly scale?: number; readonly trace?: Trace },
  ): Tensor;
  /** Gives its memory back. */
  release(): void;
}

/** What a stage before the model's own trains. */
export interface Pretraining extends Module {
  /** The loss of a key frame times `scale`. */
  loss(batch: LabelledBatch, scale: number, trace?: Trace): Tensor;
}

/** How the keys of an original's checkpoints go with ours. */
export interface UpstreamKeys {
  /** Whether a file with such keys is of this model. */
  owns(keys: readonly string[]): boolean;
  /** Our name of a key. */
  ours(key: string): string;
  /** The original's name of a key of ours. */
  theirs(key: string): string;
}
