import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { occ3d } from "../../../../data/occ3d/task.ts";
import type { OccupancyTask } from "../../../../data/occupancy/task.ts";
import type { OptionsReader } from "./options_reader.ts";

const SURROUND_OCC = surroundOcc.classes.length;

/** Which labels a configuration is of. */
export interface ReadLabels {
  readonly task: OccupancyTask;
  /** Whether losses leave out what no camera sees. */
  readonly masked: boolean;
}

/** A step of a pipeline that loads labels. */
export interface LabelStep {
  readonly task: OccupancyTask;
  check(step: OptionsReader): void;
}

const occ3dStep: LabelStep = {
  task: occ3d,
  check: (step) => {
    step.expect("semantic", true, true);
    step.expect("model_coord", occ3d.frame, occ3d.frame);
    maskedBy(step);
  },
};

/** The steps that load labels: the original's, and what files for Occ3D call theirs. */
export const LABEL_STEPS: Readonly<Record<string, LabelStep>> = {
  LoadOccupancySurroundOcc: {
    task: surroundOcc,
    check: (step) => {
      step.expect("semantic", true, true);
      step.expect("use_sweeps", false, false);
      step.expect("perturb", false, false);
    },
  },
  LoadOccupancyOcc3D: occ3dStep,
  LoadOccupancyOcc3d: occ3dStep,
};

/** Whether a step of a pipeline loads a task's labels; those of one's own may be loaded by any. */
export function loadsLabels(type: string, task: OccupancyTask): boolean {
  return Object.hasOwn(LABEL_STEPS, type) || (isOwn(task) && /^Load.*Occ/.test(type));
}

/** Whether a task is one of the user's own, of which a file's types say nothing. */
export function isOwn(task: OccupancyTask): boolean {
  return !Object.values(LABEL_STEPS).some((known) => known.task.dataset === task.dataset);
}

/**
 * The labels that the training's pipeline loads; SurroundOcc's where there is none, and those of `own`
 * where the model has as many classes.
 */
export function labelsOf(root: OptionsReader, own: OccupancyTask | null): ReadLabels {
  const classes = root.group("model").group("head").number("num_classes", SURROUND_OCC);
  if (own && classes === own.classes.length && classes !== SURROUND_OCC) {
    return { task: own, masked: true };
  }
  const steps = root.has("train_dataset_config")
    ? root.group("train_dataset_config").groups("pipeline")
    : [];
  for (const step of steps) {
    const type = step.text("type");
    if (!Object.hasOwn(LABEL_STEPS, type)) continue;
    const { task } = LABEL_STEPS[type]!;
    return { task, masked: task === surroundOcc || maskedBy(step) };
  }
  return { task: surroundOcc, masked: true };
}

function maskedBy(step: OptionsReader): boolean {
  return step.choice("train_mask_type", ["camera", "none"], "camera") === "camera" &&
    step.flag("use_mask_camera", true);
}
