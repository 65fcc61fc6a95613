import type { Split } from "../../../data/occupancy/dataset.ts";
import type { MixedSet } from "../../../data/mix_order.ts";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import type { DataRoots } from "../../../data/occupancy/sample.ts";
import type { IouResults } from "../../../loss/mean_iou.ts";
import type { GradientWords } from "../../run/ranks/gradient_means.ts";
import type { Ranks } from "../../run/ranks/ranks.ts";
import type { RunWishes } from "../../run/run.ts";
import type { RunTotals } from "../../run/trainee.ts";
import type { ModelConfig } from "../config/model_config.ts";
import type { EvaluationStep } from "../evaluation/evaluation.ts";
import type { InitialReport } from "../weights/initial_weights.ts";
import type { TrainedWeights } from "../weights/trained_weights.ts";
import type { MemoryLimit } from "../../memory_limit.ts";
import type { MemoryPlan } from "./memory_plan.ts";
import type { Stage } from "./staged_model.ts";
import type { Checkpoint } from "./training_state.ts";

/** What to train, on what, and where to. */
export interface TrainOptions extends RunWishes {
  /** Name of the preset. */
  readonly preset: string;
  /** Settings of the model. */
  readonly config: ModelConfig;
  /** Default "model". */
  readonly stage?: Stage | undefined;
  /** Folder with nuscenes/, nuscenes_cam/ and surroundocc/; or `roots`. */
  readonly dataDir?: string | undefined;
  /** The three folders of the data; or `dataDir`. */
  readonly roots?: DataRoots | undefined;
  /** The train split's key frames, where its index has been read already. */
  readonly frames?: KeyFrame[] | undefined;
  /** More sets of the same labels, whose key frames are drawn too. */
  readonly mix?: readonly MixedSet[] | undefined;
  /** Where checkpoints and logs go. */
  readonly workDir: string;
  /** Of weights, order and dropout. */
  readonly seed: number;
  /** Where to go on from. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Weights to start from, as far as their keys fit, one file after the other; not with a checkpoint. */
  readonly initial?: readonly TrainedWeights[] | undefined;
  /** GPU memory that may be used; a run that needs more is refused before its first step. */
  readonly memoryLimit?: MemoryLimit | undefined;
  /** Steps between checkpoints. */
  readonly saveEvery?: number;
  /** Checkpoints that are kept, the newest ones; 0 for all. */
  readonly keep?: number;
  /** Steps between evaluations; 0 for none. */
  readonly evalEvery?: number;
  /** Which key frames evaluations are on, val unless given. */
  readonly evalSplit?: Split;
  /** Told of the first key frame of each evaluation, with what was predicted. */
  readonly onEvaluation?: (step: number, example: EvaluationStep) => void | Promise<void>;
  /** Steps between readings of the loss. */
  readonly logEvery?: number;
  /** Key frames whose gradients make one step. */
  readonly accumulation?: number;
  /** Skip and count key frames with broken or missing files. */
  readonly skipBad?: boolean;
  /** So many steps in a row whose gradients are not finite end the run, for they will not mend themselves. */
  readonly maxSkipped?: number;
  /** Loader threads. */
  readonly workers?: number;
  /** Processes that take each step together, each with batches of its own; one unless given. */
  readonly ranks?: Ranks;
  /** How gradients travel between ranks; f32 unless given. */
  readonly gradients?: GradientWords | undefined;
}

/** What a training run tells as it goes. */
export type TrainEvent =
  | {
    readonly type: "started";
    readonly adapter: string;
    readonly step: number;
    readonly steps: number;
    readonly parameters: number;
    readonly keyFrames: number;
  }
  | { readonly type: "planned"; readonly plan: MemoryPlan }
  | { readonly type: "loaded"; readonly report: InitialReport }
  | { readonly type: "bad"; readonly step: number; readonly token: string; readonly reason: string }
  | {
    readonly type: "step";
    readonly step: number;
    readonly loss: number;
    readonly gradientNorm: number;
    readonly lr: number;
    /** Seconds since the run began. */
    readonly seconds: number;
  }
  | { readonly type: "skipped"; readonly step: number; readonly reason: string }
  | {
    readonly type: "evaluated";
    readonly step: number;
    readonly result: IouResults & { readonly samples: number; readonly unlabelled: number };
  }
  | {
    readonly type: "validated";
    readonly step: number;
    /** Mean over the split, of a stage whose result is no occupancy. */
    readonly loss: number;
    readonly samples: number;
  }
  | { readonly type: "saved"; readonly step: number; readonly path: string }
  | ({ readonly type: "finished" } & RunEnd)
  /** The run was told to end before its last step; `path` goes on with it. */
  | ({ readonly type: "stopped" } & RunEnd);

/** How a training run ended. */
export interface RunEnd extends RunTotals {
  /** Key frames with broken or missing files. */
  readonly bad: number;
  /** Key frames whose labels name no class. */
  readonly unlabelled: number;
}

/** Where the data lie, as a loader wants it. */
export function placeOf({ dataDir, roots }: Pick<TrainOptions, "dataDir" | "roots">) {
  return { ...(dataDir === undefined ? {} : { dataDir }), ...(roots ? { roots } : {}) };
}
