import {
  ABOVE_ZERO,
  ANYTHING,
  COUNT,
  type JsonKind,
  listOf,
  NUMBER,
  objectOf,
  optional,
  orNull,
  recordOf,
  TEXT,
} from "../../data/formats/json/json_kinds.ts";
import type { SplatRun } from "./training/run_events.ts";
import type { SplatEvaluation } from "./training/train_events.ts";

/** What is read of a row of `metrics.jsonl`; a figure that was not finite is null. */
export interface CurveFigures {
  /** From 1. */
  readonly iteration: number;
  readonly loss: number | null;
  readonly l1?: number | null;
  readonly gaussians: number;
  readonly visible?: number;
}

/** A row of `metrics.jsonl`. */
export const CURVE_ROW: JsonKind<CurveFigures> = objectOf<CurveFigures>({
  iteration: COUNT,
  loss: orNull(NUMBER),
  l1: optional(orNull(NUMBER)),
  gaussians: COUNT,
  visible: optional(COUNT),
});

/** Sets of views that evaluations measure, in words. */
export const EVALUATED_SETS: Readonly<Record<SplatEvaluation["set"], string>> = {
  test: "test views",
  test_posed: "test views from refined poses",
  train: "train views",
};

/** What is read of a row of `evaluations.jsonl`; PSNR is in dB and null where it is infinite. */
export interface EvaluationFigures {
  readonly iteration: number;
  /** "test", "test_posed" or "train". */
  readonly set: string;
  readonly l1?: number | null;
  /** Of values that are not rounded. */
  readonly channelPsnr?: number | null;
  /** Of 8-bit pictures. */
  readonly psnr?: number | null;
  readonly ssim?: number | null;
  /** The same with colours fitted to those of the photos. */
  readonly ccPsnr?: number | null;
  readonly ccSsim?: number | null;
}

/** A row of `evaluations.jsonl`. */
export const EVALUATION_ROW: JsonKind<EvaluationFigures> = objectOf<EvaluationFigures>({
  iteration: COUNT,
  set: TEXT,
  l1: optional(orNull(NUMBER)),
  channelPsnr: optional(orNull(NUMBER)),
  psnr: optional(orNull(NUMBER)),
  ssim: optional(orNull(NUMBER)),
  ccPsnr: optional(orNull(NUMBER)),
  ccSsim: optional(orNull(NUMBER)),
});

/** What is read of `run.json`. */
export type RunFigures = Omit<SplatRun, "iterations" | "views" | "config"> & {
  /** Settings by name; older runs have none. */
  readonly config?: Readonly<Record<string, unknown>>;
};

/** `run.json`. */
export const SPLAT_RUN: JsonKind<RunFigures> = objectOf<RunFigures>({
  adapter: TEXT,
  version: TEXT,
  seed: NUMBER,
  strategy: TEXT,
  gaussians: COUNT,
  started: TEXT,
  resumedAt: COUNT,
  config: optional(recordOf(ANYTHING)),
  finished: optional(
    objectOf<{ seconds: number; peakMemory: number }>({ seconds: NUMBER, peakMemory: NUMBER }),
  ),
});

/** `results.json`: figures by method and name. */
export const RESULTS: JsonKind<Readonly<Record<string, Readonly<Record<string, number | null>>>>> =
  recordOf(recordOf(orNull(NUMBER)));

/** A camera of `cameras.json`, as the reference writes it. */
export interface SavedCamera {
  /** The picture's name; some write a number. */
  readonly img_name?: unknown;
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  /** Where it stood. */
  readonly position: readonly number[];
  /** world_from_camera, row by row. */
  readonly rotation: readonly (readonly number[])[];
}

/** An entry of `cameras.json`. */
export const CAMERA: JsonKind<SavedCamera> = objectOf<SavedCamera>({
  img_name: ANYTHING,
  width: ABOVE_ZERO,
  height: ABOVE_ZERO,
  fx: ABOVE_ZERO,
  fy: ABOVE_ZERO,
  position: listOf(NUMBER, 3),
  rotation: listOf(listOf(NUMBER, 3), 3),
});
