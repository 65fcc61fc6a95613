import type { GaussianFormerConfig } from "./config.ts";
import { neckOf } from "../../config/original/neck.ts";
import { backboneOf, type ReadBackbone } from "../../config/original/backbone.ts";
import { encoderOf } from "./original/encoder.ts";
import { checkGrid, headOf } from "./original/head.ts";
import { labelsOf } from "../../config/original/labels.ts";
import { lifterOf } from "./original/lifter.ts";
import { lossOf } from "./original/losses.ts";
import { optimOf } from "./original/optimizer.ts";
import type { OptionsReader } from "../../config/original/options_reader.ts";
import type {
  GivenLabels,
  OriginalReader,
  ReadModel,
} from "../../config/original/original_reader.ts";
import { UNNEEDED } from "./original/unneeded.ts";
import { imageOf } from "./original/pictures.ts";

type Range = GaussianFormerConfig["occupancy"]["range"];

/** Reads GaussianFormer's configuration files. */
export const original: OriginalReader<GaussianFormerConfig> = {
  owns: (types) => types.has("BEVSegmentor"),
  unneeded: UNNEEDED,
  read,
};

function read(
  root: OptionsReader,
  { own, anyCameras }: GivenLabels,
): ReadModel<GaussianFormerConfig> {
  for (const name of ["load_from", "resume_from"]) root.raw(name); // read with the file
  const model = root.group("model");
  model.expect("type", "BEVSegmentor", "BEVSegmentor");
  model.expect("img_backbone_out_indices", [0, 1, 2, 3], [0, 1, 2, 3]);
  model.expect("extra_img_backbone", null, null);
  const { task, masked } = labelsOf(root, own);
  const image = imageOf(root, task);
  const backbone = frozenOf(model, backboneOf(model.group("img_backbone")));
  const dims = model.group("encoder").group("deformable_model").number("embed_dims");
  const neck = neckOf(model.group("img_neck"), {
    backbone: backbone.config,
    dims,
    frozen: model.flag("freeze_img_neck"),
  });
  const encoder = encoderOf(model.group("encoder"), {
    root,
    levels: neck.levels,
    cameras: anyCameras ? null : task.cameras.length,
  });
  const refine = model.group("encoder").group("refine_layer");
  const range = refine.numbers("pc_range", 6) as unknown as Range;
  const kernel = model.group("head").group("cuda_kwargs");
  const voxel = checkGrid(kernel, range);
  const gaussians = {
    scaleRange: refine.numbers("scale_range", 2) as [number, number],
    semantics: refine.number("semantic_dim"),
    opacity: refine.flag("include_opa", true),
  };
  const lifter = lifterOf(model.group("lifter"), {
    ...gaussians,
    dims,
    frozen: model.flag("freeze_lifter"),
    range,
    voxel,
    grid: ["H", "W", "D"].map((name) => kernel.number(name)),
  });
  const head = headOf(model.group("head"), task);
  checkLossInputs(root);
  const { weights, ...loss } = lossOf(root.group("loss"), {
    task,
    probabilistic: head.kind === "probabilistic",
    sampled: lifter.config.kind === "sampled",
  });
  return {
    config: {
      model: "gaussianformer",
      legacy: root.flag("legacy"),
      task: { ...task, weights },
      image,
      backbone: backbone.config,
      neck,
      gaussians: { count: lifter.count, ...gaussians },
      lifter: lifter.config,
      encoder,
      occupancy: { range, voxel },
      head,
      loss: { ...loss, masked },
      optim: optimOf(root),
    },
    pretrained: [
      ...backbone.pretrained ? [{ ...backbone.pretrained, of: "model" } as const] : [],
      ...lifter.pretrained ? [{ ...lifter.pretrained, of: "initializer" } as const] : [],
    ],
  };
}

/** A backbone that is frozen as a whole has all stages frozen, its norms included. */
function frozenOf(model: OptionsReader, backbone: ReadBackbone): ReadBackbone {
  if (!model.flag("freeze_img_backbone")) return backbone;
  if (!backbone.config.frozenNorms) {
    model.refuse("freeze_img_backbone", "its norms must be frozen too", "norm_eval=True does that");
  }
  return { ...backbone, config: { ...backbone.config, frozenStages: 4 } };
}

/** What the losses get is what the head gives under the same name. */
function checkLossInputs(root: OptionsReader): void {
  if (!root.has("loss_input_convertion")) return;
  const inputs = root.group("loss_input_convertion");
  for (const name of LOSS_INPUTS) if (inputs.has(name)) inputs.expect(name, name);
}

const LOSS_INPUTS = [
  ...["pred_occ", "sampled_xyz", "sampled_label", "occ_mask"],
  ...["bin_logits", "density", "pixel_logits", "pixel_gt"],
];
