import { DEFAULTS } from "../defaults.ts";
import type { ImageConfig } from "../model_config.ts";
import type { OptionsReader } from "./options_reader.ts";

/** Rows and columns of nuScenes' pictures. */
const STORED = [900, 1600] as const;

const DATASETS = [
  "NuScenes_Scene_SurroundOcc_Dataset",
  "NuScenes_Scene_SurroundOcc_Dataset_Stream",
  "NuScenes_Scene_SurroundOcc_Dataset_StreamTest",
] as const;
const WRAPPERS = [
  "NuScenes_Scene_Occ_DatasetWrapper",
  "NuScenes_Scene_Occ_DatasetWrapper_Stream",
] as const;

/**
 * Reads the pictures of originals that wrap their datasets (QuadricFormer, GaussianWorld); merged settings
 * without data may say the size alone. Each picture is mirrored on its own.
 */
export function wrappedPictures(root: OptionsReader): ImageConfig {
  const drawn = { ...DEFAULTS.image, flipEach: true, photometric: true };
  for (const name of ["train_dataset_config", "val_dataset_config"]) {
    if (!root.has(name)) continue;
    const dataset = root.group(name);
    dataset.choice("type", DATASETS);
    dataset.expect("offset", 0, 0);
  }
  if (!root.has("train_wrapper_config")) {
    const [width, height] = root.numbers("image_size", 2) as [number, number];
    return { ...drawn, width, height, flip: true };
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
  const resize = train.numbers("resize_lim", 2).map((factor) => factor / cover);
  const flip = train.flag("flip");
  return { ...drawn, width, height, flip, resize: resize as [number, number] };
}
