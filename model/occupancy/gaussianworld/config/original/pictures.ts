import type { OptionsReader } from "../../../config/original/options_reader.ts";
import type { GaussianWorldConfig } from "../config.ts";
import { worldPresets } from "../presets.ts";

/** Rows and columns of nuScenes' pictures. */
const STORED = [900, 1600] as const;
const { "gaussianworld/base": base } = worldPresets;

const DATASETS = [
  "NuScenes_Scene_SurroundOcc_Dataset",
  "NuScenes_Scene_SurroundOcc_Dataset_Stream",
  "NuScenes_Scene_SurroundOcc_Dataset_StreamTest",
] as const;
const WRAPPERS = [
  "NuScenes_Scene_Occ_DatasetWrapper",
  "NuScenes_Scene_Occ_DatasetWrapper_Stream",
] as const;

/** Reads size and augmentation of the pictures; merged settings without data may say the size alone. */
export function worldImageOf(root: OptionsReader): GaussianWorldConfig["image"] {
  for (const name of ["train_dataset_config", "val_dataset_config"]) {
    if (!root.has(name)) continue;
    const dataset = root.group(name);
    dataset.choice("type", DATASETS);
    dataset.expect("offset", 0, 0);
  }
  if (!root.has("train_wrapper_config")) {
    const [width, height] = root.numbers("image_size", 2) as [number, number];
    return { ...base.image, width, height };
  }
  const train = root.group("train_wrapper_config");
  train.choice("type", WRAPPERS);
  train.expect("phase", "train", "train");
  const [height, width] = train.numbers("final_dim", 2) as [number, number];
  if (root.has("val_wrapper_config")) {
    const val = root.group("val_wrapper_config");
    val.choice("type", WRAPPERS);
    val.agrees("final_dim", "train_wrapper_config.final_dim", [height, width]);
    val.agrees("resize_lim", "train_wrapper_config.resize_lim", train.raw("resize_lim"));
  }
  // Ours count from the size at which a picture just covers the input.
  const cover = Math.max(height / STORED[0], width / STORED[1]);
  return {
    ...base.image,
    width,
    height,
    flip: train.flag("flip"),
    resize: train.numbers("resize_lim", 2).map((factor) => factor / cover) as [number, number],
  };
}
