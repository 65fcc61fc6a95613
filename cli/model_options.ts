import { SPLITS } from "../data/mod.ts";
import { SHIPPED_MODELS, type TrainedWeights } from "../model/mod.ts";
import type { Option, Options } from "./command_line/options.ts";
import { UsageError } from "./command_line/usage_error.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** `--resume-from`, for commands that run a model and train nothing. */
export const CHECKPOINT_OPTION = {
  type: "string",
  value: "CKPT",
  help: "The checkpoint, one of the original (.pth), the folder whose latest one is meant, or " +
    `a model that comes with the program (${Object.keys(SHIPPED_MODELS).join(", ")})`,
} as const satisfies Option;

/** `--skip-bad`. */
export const SKIP_BAD_OPTION = {
  type: "boolean",
  help: "Skip and count key frames with broken or missing files",
} as const satisfies Option;

/** `--map`. */
export const MAP_OPTION = {
  type: "list",
  value: "NAME=CLASS",
  help:
    "On other labels than the model learned: what a class of theirs is there, or NAME=ignored; " +
    "classes of one name need none",
} as const satisfies Option;

/** Classes of the data and what the model calls them. */
export function classNamesOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(words.map((word) => {
    const [, name, label] = /^([^=]+)=([^=]+)$/.exec(word) ?? [];
    if (name !== undefined) return [name, label!] as const;
    throw new UsageError(`Cannot read "--map ${word}": NAME=CLASS is right`);
  }));
}

/** The options that say which key frames a model is run on. */
export const SPLIT_OPTIONS = {
  split: { type: "string", choices: SPLITS, default: "val", help: "Which key frames" },
  "num-samples": { type: "number", integer: true, min: 1, help: "Stop after so many key frames" },
} as const satisfies Options;

/** Says what is to be said of how weights were read. */
export function noteWeights(weights: TrainedWeights | null | undefined, terminal: Terminal): void {
  for (const remark of weights?.remarks ?? []) terminal.note(remark);
}
