import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { occ3d } from "../../../../data/occ3d/task.ts";
import type { OccupancyTask } from "../../../../data/occupancy/task.ts";
import type { OptionsReader } from "./options_reader.ts";

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

/** The labels that the training's pipeline loads; SurroundOcc's where there is none. */
export function labelsOf(root: OptionsReader): ReadLabels {
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
