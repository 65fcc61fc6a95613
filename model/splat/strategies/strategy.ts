import type { NdArray } from "../../../data/formats/nd_array.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { SplatConfig } from "../config.ts";
import type { Group } from "../gaussians.ts";
import type { SplatTraining } from "../training/splat_training.ts";
import type { StepResults } from "../training/train_step.ts";

/** What one densification did; rows count copies and children too. */
export interface Densified {
  /** From 1. */
  readonly iteration: number;
  /** Gaussians cloned. */
  readonly cloned: number;
  /** Gaussians split in two. */
  readonly split: number;
  /** Gaussians removed for their opacity. */
  readonly faint: number;
  /** Gaussians removed for their size. */
  readonly large: number;
  /** Gaussians afterwards. */
  readonly gaussians: number;
}

/** What one relocation did. */
export interface Relocated {
  /** From 1. */
  readonly iteration: number;
  /** Dead Gaussians that were put where live ones are. */
  readonly moved: number;
  /** Gaussians added. */
  readonly added: number;
  /** How many there are then. */
  readonly gaussians: number;
}

/** What a strategy tells of what it did. */
export type StrategyEvent =
  | ({ readonly type: "densified" } & Densified)
  | ({ readonly type: "relocated" } & Relocated)
  | { readonly type: "reset"; readonly iteration: number };

/** What a strategy did between the gradients and the optimizer's step. */
export interface AfterBackward {
  /** What is to be told. */
  readonly events: readonly StrategyEvent[];
  /** Parameters that were made anew: their gradients are gone and they take no step. */
  readonly replaced: readonly Group[];
}

/** What a strategy keeps between iterations, for a checkpoint. */
export interface StrategyState {
  /** Tensors f32 by name. */
  readonly tensors: readonly (readonly [string, Tensor])[];
  /** Anything else; plain data. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The same as read from a file. */
export interface SavedStrategyState {
  /** Tensors by name. */
  readonly arrays: ReadonlyMap<string, NdArray>;
  /** All else. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The parts of a training that a strategy may look at and change. */
export type StrategyContext = Pick<
  SplatTraining,
  "gpu" | "options" | "gaussians" | "parts" | "optimizer" | "budget" | "stream"
>;

/** How the Gaussians of one training multiply, move and go. */
export interface Strategy {
  /**
   * Which gradient [n, 2] by places on the screen it looks at: that of the loss, the sum of its
   * magnitudes over pixels, or none.
   */
  readonly watches: "gradient" | "magnitude" | null;
  /** A term of the loss, f32 [1], besides those of the picture. */
  loss?(): Tensor;
  /** Is called once the gradients are there, before the optimizer's step. */
  afterBackward?(iteration: number, results: StepResults): Promise<AfterBackward>;
  /** Is called after the optimizer's step. */
  afterStep?(iteration: number): Promise<readonly StrategyEvent[]>;
  /** All that `restore` needs for a run to go on with the same bits. */
  state?(): StrategyState;
  /** Takes over what `state` gave, in a training that has as many Gaussians as that one had. */
  restore?(saved: SavedStrategyState): void;
  /** Gives the memory back. */
  release?(): void;
}

/** What there is to say of a strategy before it is made. */
export interface StrategySettings {
  /** What it does, in a line. */
  readonly summary: string;
  /** What it sets otherwise than the trainer does. */
  readonly defaults: Partial<Omit<SplatConfig, "strategy">>;
}

/** A strategy as the table has it. */
export interface StrategyKind extends StrategySettings {
  /** Changes Gaussians that were made from points, in place. */
  readonly start?: (splats: Splats) => void;
  /** Makes its state for a training. */
  readonly make: (training: StrategyContext) => Strategy;
}
