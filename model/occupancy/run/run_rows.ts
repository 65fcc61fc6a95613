import { join } from "@std/path";
import { isFolder } from "../../../data/files/path_kind.ts";
import { readJsonFile, readJsonLines } from "../../../data/formats/json/json_lines.ts";
import type { ProfileRow } from "../../../gpu/profile.ts";
import { figuresOf } from "../evaluation/figures.ts";
import { rowOfToday } from "./older_files.ts";
import type { Stage } from "../training/staged_model.ts";
import type { TrainEvent } from "../training/train_options.ts";
import { PROFILE_ROWS, RUN_ROW, RUN_SETTINGS } from "./run_row_fields.ts";

/** Name of the file with one JSON row per event, of the resolved settings, of the GPU times. */
export const METRICS = "metrics.jsonl";
export const RUN_CONFIG = "config.json";
export const PROFILE = "profile.json";
/** Folder with pictures in the folder of a run. */
export const PICTURES = "pictures";

/** One row of `metrics.jsonl`; a loss that is not finite is null. */
export type RunRow =
  | {
    readonly type: "step";
    readonly step: number;
    /** The last one read. */
    readonly loss: number | null;
    readonly gradientNorm: number | null;
    readonly lr: number;
    /** Since this part of the run began. */
    readonly seconds: number;
  }
  | { readonly type: "skipped"; readonly step: number; readonly reason: string }
  | { readonly type: "bad"; readonly step: number; readonly token: string; readonly reason: string }
  | {
    readonly type: "validated";
    readonly step: number;
    /** The last one read. */
    readonly loss: number | null;
    readonly samples: number;
  }
  | {
    readonly type: "evaluated";
    readonly step: number;
    /** Mean over the classes that occur, percent; null where none does. */
    readonly miou: number | null;
    /** The mean as published evaluations take it, percent. */
    readonly referenceMiou: number | null;
    /** Of what is occupied, percent; null where nothing is. */
    readonly iou: number | null;
    /** Fractions of the classes that count; null for those that occur neither in labels nor in predictions. */
    readonly classes: readonly (number | null)[];
    readonly samples: number;
  }
  | {
    readonly type: "finished";
    readonly step: number;
    readonly seconds: number;
    /** Bytes. */
    readonly peakMemory: number;
  };

/** What `config.json` says of a run. */
export interface RunConfig {
  /** Name of the preset. */
  readonly preset: string;
  /** Absent means the whole model. */
  readonly stage?: Stage;
  /** Of weights, order and dropout. */
  readonly seed: number;
  /** Version of voxsplat. */
  readonly version: string;
  /** As the driver names it. */
  readonly adapter: string;
  /** The checkpoint that it went on from. */
  readonly resumedFrom: string | null;
  /** ISO 8601. */
  readonly started: string;
  /** The resolved settings. */
  readonly config: unknown;
}

/** A training run as its folder tells it. */
export interface Run {
  /** What `config.json` says. */
  readonly config: RunConfig;
  /** Rows of `metrics.jsonl`. */
  readonly rows: readonly RunRow[];
  /** Times of kernels, if they were taken. */
  readonly profile: readonly ProfileRow[];
  /** What of its files is no such thing, with file, line and reason. */
  readonly leftOut: readonly string[];
}

/** A run in a few figures. */
export interface RunSummary {
  /** Steps taken. */
  readonly steps: number;
  /** Steps left out, since their gradients were not finite. */
  readonly skipped: number;
  /** Of all parts of the run that came to their end. */
  readonly seconds: number;
  /** The last one read. */
  readonly loss: number | null;
  /** Percent, with the step; null where nothing was evaluated. */
  readonly last: EvaluatedStep | null;
  /** The best evaluation. */
  readonly best: EvaluatedStep | null;
  /** Bytes; 0 where the run has not finished. */
  readonly peakMemory: number;
}

/** An evaluation's mean IoU, as a summary shows it. */
export interface EvaluatedStep {
  /** Over the classes that occur, percent; null where none does. */
  readonly miou: number | null;
  /** As published evaluations take it, percent. */
  readonly referenceMiou: number | null;
  /** When it was. */
  readonly step: number;
}

/** The row that an event leaves, if any. */
export function rowOf(event: TrainEvent): RunRow | null {
  if (event.type === "loaded" || event.type === "planned") return null;
  const { step } = event;
  switch (event.type) {
    case "step": {
      const { type, loss, gradientNorm, lr, seconds } = event;
      return { type, step, loss, gradientNorm, lr, seconds };
    }
    case "skipped":
      return { type: event.type, step, reason: event.reason };
    case "bad":
    case "validated":
      return event;
    case "evaluated": {
      const { samples, iou: classes } = event.result;
      const { miou, referenceMiou, iou } = figuresOf(event.result);
      return { type: event.type, step, miou, referenceMiou, iou, classes, samples };
    }
    case "stopped":
    case "finished": {
      const { seconds, peakMemory } = event;
      return { type: "finished", step, seconds, peakMemory };
    }
    default:
      return null;
  }
}

/** Reads what a run left of its settings: the file, or the folder that it lies in. */
export function readRunConfig(path: string): RunConfig {
  const file = isFolder(path) ? join(path, RUN_CONFIG) : path;
  const { value, leftOut } = readJsonFile(file, RUN_SETTINGS);
  if (value !== null) return value;
  throw leftOut.length
    ? new SyntaxError(`Cannot read ${leftOut[0]}`)
    : new Error(`Cannot read "${file}": there is no such file of settings`);
}

/** Reads the folder of a training run; rows that are none are left out and named. */
export function readRun(folder: string): Run {
  const { value: config, leftOut } = readJsonFile(join(folder, RUN_CONFIG), RUN_SETTINGS);
  if (config === null) {
    if (leftOut.length) throw new SyntaxError(`Cannot read ${leftOut[0]}`);
    throw new Error(
      `Cannot read "${folder}": it holds no "${RUN_CONFIG}", it is not the folder of a training run`,
    );
  }
  const rows = readJsonLines(join(folder, METRICS), RUN_ROW);
  const profile = readJsonFile(join(folder, PROFILE), PROFILE_ROWS);
  return {
    config,
    rows: rows.value.map(rowOfToday),
    profile: profile.value ?? [],
    leftOut: [...rows.leftOut, ...profile.leftOut],
  };
}

/** Sums up the rows of a run. */
export function summarize(rows: readonly RunRow[]): RunSummary {
  const steps = rows.filter((row) => row.type === "step");
  const finished = rows.filter((row) => row.type === "finished");
  const evaluations = rows.filter((row) => row.type === "evaluated")
    .map(({ miou, referenceMiou, step }) => ({ miou, referenceMiou, step }));
  return {
    steps: rows.reduce((last, { step }) => Math.max(last, step), 0),
    skipped: rows.filter((row) => row.type === "skipped").length,
    seconds: secondsOf(rows),
    loss: steps.at(-1)?.loss ?? null,
    last: evaluations.at(-1) ?? null,
    best: evaluations.reduce<RunSummary["best"]>(
      (best, row) => best && (best.miou ?? -1) >= (row.miou ?? -1) ? best : row,
      null,
    ),
    peakMemory: finished.reduce((most, { peakMemory }) => Math.max(most, peakMemory), 0),
  };
}

/** Seconds of all parts of a run; one that was killed lasted until its last step. */
function secondsOf(rows: readonly RunRow[]): number {
  let sum = 0;
  let part = 0;
  for (const row of rows) {
    if (row.type === "finished") {
      sum += row.seconds;
      part = 0;
    } else if (row.type === "step") {
      // A resumed part counts from 0 again.
      if (row.seconds < part) sum += part;
      part = row.seconds;
    }
  }
  return sum + part;
}
