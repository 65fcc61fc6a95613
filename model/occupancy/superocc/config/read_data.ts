import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { occ3d } from "../../../../data/occ3d/task.ts";
import type { OccupancyTask } from "../../../../data/occupancy/task.ts";
import { DEFAULTS } from "../../config/defaults.ts";
import type { ImageConfig } from "../../config/model_config.ts";
import type { OptionsReader } from "../../config/original/options_reader.ts";

type Pair = [number, number];

/** What a file says of labels and pictures. */
export interface ReadData {
  /** Null where it does not say. */
  readonly task: OccupancyTask | null;
  readonly image: ImageConfig;
}

/** Datasets of the original. */
const DATASETS: Readonly<Record<string, OccupancyTask>> = {
  NuScenesDatasetOcc3D: occ3d,
  NuScenesDatasetSurroundOcc: surroundOcc,
};

/** Names that a file without a dataset has for its labels. */
const LABELS: Readonly<Record<string, OccupancyTask>> = { occ3d, surroundocc: surroundOcc };

/** Labels and pictures of the training set; of a file without one, what it says at its top. */
export function dataOf(root: OptionsReader): ReadData {
  if (!root.has("data")) {
    const [width, height] = root.numbers("image_size", 2) as Pair;
    const name = root.has("labels") ? root.choice("labels", Object.keys(LABELS)) : null;
    const image = { ...DEFAULTS.image, width, height, flip: false, photometric: false };
    return { task: name === null ? null : LABELS[name]!, image };
  }
  const train = root.group("data").group("train");
  const type = train.choice("type", Object.keys(DATASETS));
  return { task: DATASETS[type] ?? null, image: imageOf(root.group("model"), train) };
}

/** The pictures: a step of the pipeline draws them, the model normalises them. */
function imageOf(model: OptionsReader, train: OptionsReader): ImageConfig {
  const augmentation = model.group("data_aug");
  augmentation.expect("img_color_aug", false, false);
  const norm = augmentation.group("img_norm_cfg");
  const triple = (name: string) => norm.numbers(name, 3) as [number, number, number];
  const step = train.groups("pipeline").find((step) => step.has("ida_aug_conf"));
  if (!step) {
    train.ledger.refuse(`"${train.at("pipeline")}" has no RandomTransformImage, it must have one`);
    return { ...DEFAULTS.image, width: 704, height: 256, flip: true, photometric: false };
  }
  step.expect("type", "RandomTransformImage");
  const draws = step.group("ida_aug_conf");
  const [height, width] = draws.numbers("final_dim", 2) as Pair;
  // Ours count from the size at which a picture just covers the input.
  const cover = Math.max(height / draws.number("H"), width / draws.number("W"));
  const bottom = draws.numbers("bot_pct_lim", 2) as Pair;
  return {
    ...DEFAULTS.image,
    width,
    height,
    flip: draws.flag("rand_flip"),
    photometric: false,
    resize: draws.numbers("resize_lim", 2).map((factor) => factor / cover) as Pair,
    bottom,
    evalBottom: (bottom[0] + bottom[1]) / 2,
    rotate: draws.numbers("rot_lim", 2) as Pair,
    channels: norm.flag("to_rgb", true) ? "rgb" : "bgr",
    mean: triple("mean"),
    deviation: triple("std"),
  };
}
