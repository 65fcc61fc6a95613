import type { NdArray } from "../../data/formats/nd_array.ts";
import type { Gpu } from "../../gpu/device.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { StepName } from "./row_file.ts";
import type { StepFigures } from "./step_log.ts";

/** A parameter with its key. */
export type NamedParameter = readonly [key: string, parameter: Parameter];

/** What a trainee keeps between steps beside parameters and moments. */
export interface TraineeState {
  /** Plain data. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Arrays of the host by name. */
  readonly arrays?: readonly (readonly [name: string, array: NdArray])[];
  /** Tensors f32 by name. */
  readonly tensors?: readonly (readonly [name: string, tensor: Tensor])[];
}

/** Tensors whose rows lie in parts on several ranks, which read them together; rank 0 gets all. */
export interface Spread {
  /** How many rows a parameter has in all; null where every rank has it whole. */
  rows(key: string): number | null;
  /** How many rows the tensors of a trainee's state have in all. */
  state(): number;
  /** All rows of a tensor in their order; on the other ranks none. */
  pieces(tensor: Tensor): AsyncIterable<Float32Array>;
}

/** What a step left behind. */
export interface Updated<Event> {
  /** Tensors whose words are gathered and told later, `words` in all. */
  readonly figures: readonly Tensor[];
  /** What happened besides. */
  readonly events: readonly Event[];
}

/** What is said of a step once its figures are there. */
export interface Told<Event> {
  readonly event: Event;
  /** Why the step taught nothing, where its numbers were not finite. */
  readonly broken?: string | undefined;
}

/** What a run tells of itself; a trainee puts it into its own words. */
export type RunNews =
  /** `step` steps are done already. */
  | { readonly type: "started"; readonly step: number; readonly steps: number }
  /** A checkpoint was saved. */
  | { readonly type: "checkpoint"; readonly step: number; readonly path: string }
  /** Results were saved that others open. */
  | { readonly type: "published"; readonly step: number; readonly path: string }
  | ({ readonly type: "stopped" | "finished" } & RunTotals);

/** A run in figures, at its end. */
export interface RunTotals {
  /** The last step that was done. */
  readonly step: number;
  /** The newest checkpoint; "" where there is none. */
  readonly path: string;
  /** Since this part of the run began. */
  readonly seconds: number;
  /** Most bytes of GPU memory in use at once. */
  readonly peakMemory: number;
  /** Steps that taught nothing. */
  readonly skipped: number;
}

/**
 * What a run trains. For each step the run calls `forward`, `reduce` and `update`; it looks at results
 * and saves between steps, and knows neither models nor pictures.
 */
export interface Trainee<Event> {
  readonly gpu: Gpu;
  /** What its steps are called. */
  readonly counts: StepName;
  /** Steps that are done already, and the file of the checkpoint that says so. */
  readonly first: number;
  readonly resumed: string | undefined;
  /** 32-bit words of a step's figures. */
  readonly words: number;
  /** Steps between looks for numbers that are not finite; 0 where every step looks for itself. */
  readonly checkEvery: number;
  /** Where no rank has all that is trained: then all save and publish together, and one writes. */
  readonly spread?: Spread | null;
  /** Whether `evaluate` and `publish` come before a step's update, as in the 3DGS reference. */
  readonly looksFirst: boolean;
  /** Whoever looks on between steps is served here, and may hold the run until `stop` is raised. */
  pause?(step: number, stop?: AbortSignal): Promise<void>;
  /** All that is trained or saved. */
  parameters(): readonly NamedParameter[];
  /** Draws the next batch, computes its loss and walks back. It changes no parameter, so where it fails the run still has all it had. */
  forward(step: number): Promise<void>;
  /** Sums the gradients of all processes; nothing where there is one. */
  reduce?(): Promise<void>;
  /** Takes the optimizer's step, and does what hangs on it. */
  update(step: number): Promise<Updated<Event>>;
  /** Says what came of a step. */
  tell(figures: StepFigures): Promise<Told<Event>> | Told<Event>;
  /** Measures what is trained. */
  evaluate?(step: number): Promise<readonly Event[]>;
  /** Leaves results where others open them; returns the path. */
  publish?(step: number): Promise<string>;
  /** All that `restore` needs for the same bits; cheap, as it is asked for before each step. */
  state(): TraineeState;
  /** Puts news into its own words. */
  news(news: RunNews): Event;
  /** Gives all memory back. */
  release(): void;
}
