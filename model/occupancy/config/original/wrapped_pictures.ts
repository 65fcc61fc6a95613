import { DEFAULTS } from "../defaults.ts";
import type { ImageConfig } from "../model_config.ts";
import type { OptionsReader } from "./options_reader.ts";

const WRAPPER = "NuScenes_Scene_Occ_DatasetWrapper";

/** Reads the pictures of originals that wrap their datasets (QuadricFormer, GaussianWorld); else the size alone. */
export function wrappedPictures(root: OptionsReader): ImageConfig {
  if (!root.has("train_wrapper_config")) {
    const [width, height] = root.numbers("image_size", 2) as [number, number];
    return { ...DEFAULTS.image, width, height, flip: false, flipEach: true, photometric: true };
  }
  const train = root.group("train_wrapper_config");
  train.expect("type", WRAPPER, WRAPPER);
  train.expect("phase", "train", "train");
  train.expect("resize_lim", [1, 1], undefined, "image.resize takes other factors, by --set");
  const [height, width] = train.numbers("final_dim", 2) as [number, number];
  const flip = train.flag("flip");
  if (root.has("val_wrapper_config")) {
    const val = root.group("val_wrapper_config");
    val.expect("type", WRAPPER, WRAPPER);
    val.expect("phase", "val", "train");
    val.expect("resize_lim", [1, 1]);
    val.agrees("final_dim", train.at("final_dim"), [height, width]);
  }
  return { ...DEFAULTS.image, width, height, flip, flipEach: true, photometric: true };
}
