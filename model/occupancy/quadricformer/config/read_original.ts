import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { backboneOf } from "../../config/original/backbone.ts";
import { entropyAndLovasz } from "../../config/original/entropy_and_lovasz.ts";
import { neckOf } from "../../config/original/neck.ts";
import { optimOf } from "../../gaussianformer/config/original/optimizer.ts";
import type { OptionsReader } from "../../config/original/options_reader.ts";
import type {
  GivenLabels,
  OriginalReader,
  ReadModel,
} from "../../config/original/original_reader.ts";
import { wrappedPictures } from "../../config/original/wrapped_pictures.ts";
import { checkGrid } from "../../gaussianformer/config/original/head.ts";
import type { QuadricFormerConfig } from "./config.ts";
import { encoderOf } from "./original/encoder.ts";
import { UNNEEDED } from "./original/unneeded.ts";

type Range = QuadricFormerConfig["occupancy"]["range"];
type Pair = [number, number];

/** Reads QuadricFormer's configuration files. */
export const original: OriginalReader<QuadricFormerConfig> = {
  owns: (types) => types.has("SuperQuadricLifter"),
  unneeded: UNNEEDED,
  read,
};

function read(
  root: OptionsReader,
  { own, anyCameras }: GivenLabels,
): ReadModel<QuadricFormerConfig> {
  for (const name of ["load_from", "resume_from"]) root.raw(name); // read with the file
  const model = root.group("model");
  model.expect("type", "GaussianSegmentor", "GaussianSegmentor");
  const headOptions = model.group("head");
  const classes = headOptions.number("num_classes");
  const task = own && own.classes.length === classes ? own : surroundOcc;
  const backbone = backboneOf(model.group("backbone"));
  const encoderOptions = model.group("encoder");
  const dims = encoderOptions.group("deformable_model").number("embed_dims");
  const frozen = root.flag("freeze_perception");
  const neck = neckOf(model.group("neck"), { backbone: backbone.config, dims, frozen });
  const encoder = encoderOf(encoderOptions, {
    root,
    levels: neck.levels,
    cameras: anyCameras ? null : task.cameras.length,
  });
  const refine = encoderOptions.group("refine_layer");
  const range = refine.numbers("pc_range", 6) as unknown as Range;
  const scaleRange = refine.numbers("scale_range", 2) as Pair;
  const semantics = refine.number("semantic_dim");
  const opacity = refine.flag("include_opa", true);
  const lifter = lifterOf(model.group("lifter"), { dims, semantics, opacity });
  const kernel = headOptions.group("cuda_kwargs");
  const voxel = checkGrid(kernel, range);
  checkHead(headOptions, { classes: task.classes.length, empty: task.empty, range, scaleRange });
  const { weights, ...loss } = entropyAndLovasz(root.group("loss"), { task, softmax: false });
  return {
    config: {
      model: "quadricformer",
      legacy: false,
      task: { ...task, weights },
      image: wrappedPictures(root),
      backbone: frozen ? { ...backbone.config, frozenStages: 4 } : backbone.config,
      neck,
      gaussians: {
        count: lifter.count,
        scaleRange,
        semantics,
        opacity,
        exponents: {
          u: headOptions.numbers("u_range", 2) as Pair,
          v: headOptions.numbers("v_range", 2) as Pair,
        },
      },
      lifter: { kind: "learned", ...lifter.training },
      encoder,
      occupancy: { range, voxel },
      head: {
        kind: "superquadric",
        scaleMultiplier: kernel.number("scale_multiplier"),
        supervised: `fixed_${encoderOptions.numbers("return_layer_idx").join("_")}`,
        tight: false,
      },
      loss,
      optim: optimOf(root, {
        wrapper: root.has("optimizer_wrapper") ? "optimizer_wrapper" : "optimizer",
        loader: "train_loader_config",
        backbone: "backbone",
      }),
    },
    pretrained: backbone.pretrained ? [{ ...backbone.pretrained, of: "model" }] : [],
  };
}

function lifterOf(
  options: OptionsReader,
  { dims, semantics, opacity }: {
    readonly dims: number;
    readonly semantics: number;
    readonly opacity: boolean;
  },
) {
  const refine = "model.encoder.refine_layer";
  options.expect("type", "SuperQuadricLifter");
  options.agrees("embed_dims", "model.encoder.deformable_model.embed_dims", dims);
  options.agrees("semantic_dim", `${refine}.semantic_dim`, semantics);
  options.agrees("include_opa", `${refine}.include_opa`, opacity, true);
  return {
    count: options.number("num_anchor"),
    training: {
      trainAnchors: options.flag("anchor_grad", true),
      trainFeatures: options.flag("feat_grad", true),
    },
  };
}

function checkHead(
  options: OptionsReader,
  { classes, empty, range, scaleRange }: {
    readonly classes: number;
    readonly empty: number;
    readonly range: Range;
    readonly scaleRange: Pair;
  },
): void {
  options.expect("type", "SuperQuadricOccHeadProb");
  options.expect("num_classes", classes);
  options.expect("empty_label", empty);
  options.expect("use_localaggprob", true);
  options.expect("include_opa", true, true);
  options.expect("semantics_activation", "identity");
  options.agrees("pc_range", "model.encoder.refine_layer.pc_range", range);
  options.agrees("scale_range", "model.encoder.refine_layer.scale_range", scaleRange);
}
