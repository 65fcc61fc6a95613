import {
  ANYTHING,
  byType,
  COUNT,
  type FieldsOf,
  type JsonKind,
  listOf,
  NUMBER,
  objectOf,
  oneOf,
  optional,
  orNull,
  TEXT,
} from "../../../data/formats/json/json_kinds.ts";
import type { ProfileRow } from "../../../gpu/profile.ts";
import type { Figures } from "../evaluation/figures.ts";
import type { ClassFigures } from "../evaluation/evaluate_checkpoint.ts";
import type { SavedEvaluation } from "./run_report.ts";
import type { RunConfig, RunRow } from "./run_rows.ts";

/** A row of `metrics.jsonl`. */
export const RUN_ROW: JsonKind<RunRow> = byType<RunRow>({
  step: objectOf({
    type: oneOf("step"),
    step: COUNT,
    loss: orNull(NUMBER),
    gradientNorm: orNull(NUMBER),
    lr: NUMBER,
    seconds: NUMBER,
  }),
  skipped: objectOf({ type: oneOf("skipped"), step: COUNT, reason: TEXT }),
  bad: objectOf({ type: oneOf("bad"), step: COUNT, token: TEXT, reason: TEXT }),
  validated: objectOf({
    type: oneOf("validated"),
    step: COUNT,
    loss: orNull(NUMBER),
    samples: COUNT,
  }),
  evaluated: objectOf({
    type: oneOf("evaluated"),
    step: COUNT,
    miou: orNull(NUMBER),
    referenceMiou: optional(orNull(NUMBER)),
    iou: orNull(NUMBER),
    classes: listOf(orNull(NUMBER)),
    samples: COUNT,
  }),
  finished: objectOf({
    type: oneOf("finished"),
    step: COUNT,
    seconds: NUMBER,
    peakMemory: NUMBER,
  }),
});

/** `config.json`. */
export const RUN_SETTINGS: JsonKind<RunConfig> = objectOf<RunConfig>({
  preset: TEXT,
  stage: optional(oneOf("model", "initializer")),
  seed: NUMBER,
  version: TEXT,
  adapter: TEXT,
  resumedFrom: orNull(TEXT),
  started: TEXT,
  config: ANYTHING,
});

/** `profile.json`. */
export const PROFILE_ROWS: JsonKind<readonly ProfileRow[]> = listOf(
  objectOf<ProfileRow>({ kernel: TEXT, calls: COUNT, milliseconds: NUMBER }),
);

// Older versions have the first and the third of them alone.
const FIGURES: FieldsOf<Figures> = {
  miou: orNull(NUMBER),
  referenceMiou: optional(NUMBER),
  iou: orNull(NUMBER),
  occurring: optional(COUNT),
  classCount: optional(COUNT),
};

/** `evaluation.json`. */
export const EVALUATION_FILE: JsonKind<SavedEvaluation> = objectOf<SavedEvaluation>({
  result: objectOf<SavedEvaluation["result"]>({
    step: COUNT,
    split: oneOf("train", "val"),
    samples: COUNT,
    ...FIGURES,
    classes: listOf(objectOf<ClassFigures>({
      label: COUNT,
      name: optional(TEXT),
      iou: orNull(NUMBER),
      precision: orNull(NUMBER),
      recall: orNull(NUMBER),
      seen: COUNT,
      positive: COUNT,
      correct: COUNT,
      tp: COUNT,
      fp: COUNT,
      fn: COUNT,
    })),
  }),
  baseline: optional(objectOf<Figures>(FIGURES)),
});
