import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { backboneOf } from "../../config/original/backbone.ts";
import { entropyAndLovasz } from "../../config/original/entropy_and_lovasz.ts";
import { wrappedPictures } from "../../config/original/wrapped_pictures.ts";
import { neckOf } from "../../config/original/neck.ts";
import type { OptionsReader } from "../../config/original/options_reader.ts";
import type {
  GivenLabels,
  OriginalReader,
  ReadModel,
} from "../../config/original/original_reader.ts";
import { duplicatesOf } from "../../gaussianformer/config/original/encoder.ts";
import type { GaussianWorldConfig } from "./config.ts";
import { worldModelOf } from "./original/model.ts";
import { worldClipsOf, worldOptimOf } from "./original/training.ts";
import { WORLD_UNNEEDED } from "./original/unneeded.ts";

/** What the original calls its model, of the base run as well. */
const TYPE = "GaussianSegmentorStream";

/** Reads GaussianWorld's configuration files; the labels are SurroundOcc's. */
export const original: OriginalReader<GaussianWorldConfig> = {
  owns: (types) => types.has(TYPE),
  unneeded: WORLD_UNNEEDED,
  read,
};

function read(
  root: OptionsReader,
  { anyCameras }: GivenLabels,
): ReadModel<GaussianWorldConfig> {
  for (const name of ["load_from", "resume_from"]) root.raw(name); // read with the file
  const model = root.group("model");
  model.expect("type", TYPE);
  const frozen = root.flag("freeze_perception");
  const backbone = backboneOf(model.group("backbone"));
  const dims = model.group("encoder").group("deformable_model").number("embed_dims");
  const neck = neckOf(model.group("neck"), { backbone: backbone.config, dims, frozen });
  const cameras = anyCameras ? null : surroundOcc.cameras.length;
  const parts = worldModelOf(model, { levels: neck.levels, cameras });
  const stream = worldClipsOf(root, parts.stream);
  const { weights, ...loss } = entropyAndLovasz(root.group("loss"), {
    task: surroundOcc,
    softmax: true,
  });
  return {
    config: {
      model: "gaussianworld",
      legacy: false,
      task: { ...surroundOcc, weights },
      image: wrappedPictures(root),
      // What is frozen as a whole has its norms frozen too.
      backbone: frozen ? { ...backbone.config, frozenStages: 4 } : backbone.config,
      neck,
      gaussians: parts.gaussians,
      lifter: parts.lifter,
      encoder: { ...parts.encoder, duplicates: duplicatesOf(root) },
      occupancy: parts.occupancy,
      head: parts.head,
      loss,
      optim: worldOptimOf(root, stream),
      stream,
    },
    pretrained: backbone.pretrained ? [{ ...backbone.pretrained, of: "model" }] : [],
  };
}
