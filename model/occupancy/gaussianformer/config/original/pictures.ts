import { gridRange, type OccupancyTask } from "../../../../../data/occupancy/task.ts";
import type { ImageConfig } from "../../../config/model_config.ts";
import { DEFAULTS } from "../../../config/defaults.ts";
import { isOwn, LABEL_STEPS, loadsLabels } from "../../../config/original/labels.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";

type Pair = [number, number];
type Normalisation = Pick<ImageConfig, "mean" | "deviation" | "channels">;

// Whichever of LABEL_STEPS.
const LABELS = "step that loads labels";

/** Steps of a pipeline in the order in which they may stand; those in brackets may be missing. */
const STEPS: Readonly<
  Record<
    string,
    { readonly optional: boolean; check(step: OptionsReader, task: OccupancyTask): void }
  >
> = {
  LoadMultiViewImageFromFiles: {
    optional: false,
    check: (step) => {
      step.expect("color_type", "unchanged", "unchanged");
      step.expect("crop_size", null, null);
    },
  },
  [LABELS]: { optional: false, check: checkLabels },
  ResizeCropFlipImage: { optional: false, check: () => {} },
  PhotoMetricDistortionMultiViewImage: {
    optional: true,
    check: (step) => {
      step.expect("brightness_delta", 32, 32);
      step.expect("contrast_range", [0.5, 1.5], [0.5, 1.5]);
      step.expect("saturation_range", [0.5, 1.5], [0.5, 1.5]);
      step.expect("hue_delta", 18, 18);
    },
  },
  NormalizeMultiviewImage: { optional: true, check: () => {} },
  DefaultFormatBundle: { optional: false, check: () => {} },
  NuScenesAdaptor: {
    optional: false,
    check: (step, task) => {
      const { name, cameras, frame } = task;
      step.expect("num_cams", cameras.length);
      if (isOwn(task)) return void step.flag("use_ego");
      step.agrees("use_ego", `what ${name}'s labels need`, frame === "ego", false);
    },
  },
};

/** Size, augmentation and normalisation of the pictures. */
export function imageOf(root: OptionsReader, task: OccupancyTask): ImageConfig {
  if (!root.has("train_dataset_config")) return withoutDataset(root);
  const train = root.group("train_dataset_config");
  checkDataset(train, task);
  train.expect("phase", "train", "train");
  const draws = train.group("data_aug_conf");
  const [height, width] = draws.numbers("final_dim", 2) as Pair;
  const stored = [draws.number("H"), draws.number("W")] as const;
  // Ours count from the size at which a picture just covers the input.
  const cover = Math.max(height / stored[0], width / stored[1]);
  const bottom = draws.numbers("bot_pct_lim", 2) as Pair;
  const steps = pipelineOf(train, task);
  const evalBottom = root.has("val_dataset_config")
    ? evaluationOf(root.group("val_dataset_config"), { draws, task, ...steps })
    : middle(bottom);
  return {
    width,
    height,
    fit: "cover",
    flip: draws.flag("rand_flip"),
    flipEach: false,
    photometric: steps.photometric,
    resize: draws.numbers("resize_lim", 2).map((factor) => factor / cover) as Pair,
    bottom,
    evalBottom,
    rotate: draws.numbers("rot_lim", 2) as Pair,
    ...steps.normalisation,
  };
}

/** Configurations without a dataset say the size alone. */
function withoutDataset(root: OptionsReader): ImageConfig {
  const draws = root.has("data_aug_conf") ? root.group("data_aug_conf") : null;
  const [height, width] = draws
    ? draws.numbers("final_dim", 2)
    : root.numbers("image_size", 2).reverse();
  const flip = draws?.flag("rand_flip") ?? false;
  return { ...DEFAULTS.image, width: width!, height: height!, flip, photometric: true };
}

function checkDataset(dataset: OptionsReader, task: OccupancyTask): void {
  if (isOwn(task)) dataset.text("type", "");
  else dataset.expect("type", "NuScenesDataset", "NuScenesDataset");
  dataset.expect("num_samples", 0, 0, "eval, predict and visualize take --num-samples");
  dataset.expect("vis_indices", null, null, "visualize takes --vis-index");
  dataset.expect("vis_scene_index", -1, -1, "visualize takes --vis-scene-index");
}

function checkLabels(step: OptionsReader, task: OccupancyTask): void {
  if (isOwn(task)) { for (const name of step.names) step.raw(name); }
  else {
    const known = LABEL_STEPS[step.text("type")]!;
    if (known.task !== task) step.refuse("type", `the training learns ${task.name}'s labels`);
    known.check(step);
    const ego = task.frame === "ego";
    step.agrees("use_ego", `what ${task.name}'s labels need`, ego, ego);
  }
  step.agrees("pc_range", `the grid of ${task.name}'s labels`, gridRange(task.grid));
  step.agrees("grid_size", `the grid of ${task.name}'s labels`, task.grid.voxel);
}

function pipelineOf(
  dataset: OptionsReader,
  task: OccupancyTask,
): { photometric: boolean; normalisation: Normalisation } {
  const order = Object.keys(STEPS);
  const steps = dataset.groups("pipeline");
  const types = steps.map((step) => {
    const type = step.text("type");
    return loadsLabels(type, task) ? LABELS : type;
  });
  steps.forEach((step, i) => {
    const type = types[i]!;
    const known = Object.hasOwn(STEPS, type) ? STEPS[type] : undefined;
    if (!known) {
      const names = order.flatMap((type) => type === LABELS ? Object.keys(LABEL_STEPS) : [type]);
      step.refuse("type", `known are ${names.join(", ")}`);
      for (const name of step.names) step.raw(name);
    } else known.check(step, task);
  });
  const places = types.map((type) => order.indexOf(type)).filter((place) => place >= 0);
  const late = places.findIndex((place, i) => i > 0 && place <= places[i - 1]!);
  if (late > 0) {
    steps[late]!.refuse("type", `it must not come after ${types[late - 1]}`);
  }
  for (const [type, { optional }] of Object.entries(STEPS)) {
    if (!optional && !types.includes(type)) {
      dataset.ledger.refuse(`"${dataset.at("pipeline")}" has no ${type}, it must have one`);
    }
  }
  const normalise = steps[types.indexOf("NormalizeMultiviewImage")];
  return {
    photometric: types.includes("PhotoMetricDistortionMultiViewImage"),
    normalisation: normalise ? normalisationOf(normalise) : RAW,
  };
}

/** What the network gets without a normalisation: bytes in OpenCV's order. */
const RAW: Normalisation = { mean: [0, 0, 0], deviation: [1, 1, 1], channels: "bgr" };

function normalisationOf(step: OptionsReader): Normalisation {
  const triple = (name: string) => step.numbers(name, 3) as [number, number, number];
  const channels = step.flag("to_rgb", true) ? "rgb" : "bgr";
  return { mean: triple("mean"), deviation: triple("std"), channels };
}

/** Evaluation sees the same pictures but for what is drawn at random; returns what it cuts off. */
function evaluationOf(
  dataset: OptionsReader,
  { draws: train, normalisation, task }: {
    readonly draws: OptionsReader;
    readonly normalisation: Normalisation;
    readonly task: OccupancyTask;
  },
): number {
  checkDataset(dataset, task);
  if (dataset.text("phase", "val") === "train") {
    dataset.refuse("phase", 'it must be "val": the original evaluates without random draws');
  }
  const draws = dataset.group("data_aug_conf");
  for (const name of ["final_dim", "H", "W"]) {
    draws.agrees(name, train.at(name), train.raw(name));
  }
  const steps = pipelineOf(dataset, task);
  if (steps.photometric) {
    dataset.ledger.refuse(
      `"${
        dataset.at("pipeline")
      }" has PhotoMetricDistortionMultiViewImage, only training distorts pictures here`,
    );
  }
  if (JSON.stringify(steps.normalisation) !== JSON.stringify(normalisation)) {
    dataset.ledger.refuse(
      `NormalizeMultiviewImage differs between "${
        dataset.at("pipeline")
      }" and "train_dataset_config.pipeline", both must be the same`,
    );
  }
  return middle(draws.numbers("bot_pct_lim", 2) as Pair);
}

function middle([low, high]: Pair): number {
  return (low + high) / 2;
}
