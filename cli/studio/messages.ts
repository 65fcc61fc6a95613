import type { ViewState } from "../../model/splat/mod.ts";

/** Files that a page was given, by their paths. */
export type GivenFiles = readonly (readonly [path: string, file: Blob])[];

/** How a training in the studio is asked for. */
export interface TrainSettings {
  /** Iterations in all; the whole schedule is scaled to them. */
  readonly iterations: number;
  /** As `--resolution`. */
  readonly resolution: number;
  readonly seed: number;
}

/** How far a training is. */
export interface TrainProgress {
  readonly running: boolean;
  readonly iteration: number;
  readonly iterations: number;
  /** Iterations a second, of the last ones; null before there is any. */
  readonly rate: number | null;
  /** Whether there is a checkpoint to go on from or to save. */
  readonly stopped: boolean;
}

/** What the page may ask of its worker: what each is given, and what comes back. */
export interface Jobs {
  /** Shows a file of splats. */
  look(given: { readonly name: string; readonly file: Blob }): Promise<void>;
  /** Trains the scene among files, or the built-in capture where there are none. */
  train(given: {
    readonly files: GivenFiles | null;
    readonly settings: TrainSettings;
  }): Promise<{ readonly remarks: readonly string[] }>;
  /** Predicts the key frames among files, or the built-in one where there are none. */
  predict(given: { readonly files: GivenFiles | null }): Promise<{
    readonly remarks: readonly string[];
  }>;
  stop(): void;
  goOn(): void;
  progress(): TrainProgress | null;
  /** The loss of each iteration so far. */
  losses(): readonly number[];
  /** The newest Gaussians, or the checkpoint, as a file. */
  save(given: { readonly format: "ply" | "spz" | "sog" | "checkpoint" }): Promise<
    { readonly name: string; readonly file: Blob }
  >;
  state(): ViewState | null;
  resource(given: { readonly name: readonly string[] }): Promise<
    { readonly type: string; readonly body: Blob } | null
  >;
}

/** A job that the page asks for. */
export interface Ask {
  readonly id: number;
  readonly job: keyof Jobs;
  readonly given: unknown;
}

/** What comes of it. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly message: string; readonly hint: string | null };
