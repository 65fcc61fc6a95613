import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import type { OccupancyTask } from "../../../../data/occupancy/task.ts";
import { occ3d } from "../../../../data/occ3d/task.ts";
import { frequencyWeights } from "../../../../loss/class_weights.ts";
import type { ResNetConfig } from "../../../backbone/resnet_config.ts";
import { DEFAULTS } from "../../config/defaults.ts";
import { backboneOf, checkChannels } from "../../config/original/backbone.ts";
import type { OptionsReader } from "../../config/original/options_reader.ts";
import type {
  GivenLabels,
  OriginalReader,
  ReadModel,
} from "../../config/original/original_reader.ts";
import type { NeckConfig, OccupancyConfig } from "../../config/model_config.ts";
import type { DecoderConfig, SuperOccConfig, SuperOccLossConfig } from "./config.ts";
import { dataOf, type ReadData } from "./read_data.ts";
import { optimOf } from "./read_optimizer.ts";
import { UNNEEDED } from "./unneeded.ts";

type Pair = [number, number];

/** Reads SuperOcc's configuration files. */
export const original: OriginalReader<SuperOccConfig> = {
  owns: (types) => types.has("SuperOCC") || types.has("StreamOccHead"),
  unneeded: UNNEEDED,
  read,
};

function read(root: OptionsReader, { own, anyCameras }: GivenLabels): ReadModel<SuperOccConfig> {
  for (const name of ["load_from", "resume_from"]) root.raw(name); // read with the file
  const model = root.group("model");
  model.expect("type", "SuperOCC", "SuperOCC");
  const head = model.group("pts_bbox_head");
  const transformer = head.group("transformer");
  const data = dataOf(root);
  const task = taskOf(head, transformer, { own, data, anyCameras });
  const backbone = backboneOf(model.group("img_backbone"), {
    steadyNorms: true,
    prefix: "backbone.",
  });
  const decoder = decoderOf(root, transformer);
  const neck = neckOf(model.group("img_neck"), transformer, { backbone: backbone.config, decoder });
  const queries = head.number("num_query");
  return {
    config: {
      model: "superocc",
      legacy: false,
      task,
      image: data.image,
      backbone: backbone.config,
      neck,
      gaussians: {
        count: queries * decoder.refines.at(-1)!,
        scaleRange: head.numbers("scale_range", 2) as Pair,
        semantics: task.classes.length - 1,
        opacity: true,
      },
      superquadrics: {
        u: head.numbers("u_range", 2) as Pair,
        v: head.numbers("v_range", 2) as Pair,
        unitXyz: [3, 3, 3],
      },
      queries: {
        count: queries,
        propagated: propagatedOf(head),
        distance: 1,
        frames: transformer.number("num_frames"),
      },
      stream: { clip: 20, singleEpochs: 2, window: 20 },
      decoder,
      occupancy: gridOf(head, transformer),
      head: {
        scaleMultiplier: 3,
        cut: 30,
        threshold: head.has("score_thres") ? head.number("score_thres") : null,
      },
      loss: lossOf(head),
      optim: optimOf(root),
    },
    pretrained: backbone.pretrained ? [{ ...backbone.pretrained, of: "model" }] : [],
  };
}

/** The labels, with the weights of the classes that the file has. */
function taskOf(
  head: OptionsReader,
  transformer: OptionsReader,
  { own, data, anyCameras }: {
    readonly own: OccupancyTask | null;
    readonly data: ReadData;
    readonly anyCameras: boolean;
  },
): OccupancyTask {
  const ego = transformer.flag("use_ego", true);
  const task = own ?? data.task ?? (ego ? occ3d : surroundOcc);
  transformer.agrees("use_ego", `what ${task.name}'s labels need`, task.frame === "ego", true);
  const classes = task.classes.length - 1;
  head.agrees("num_classes", `the classes of ${task.name} but the empty one`, classes);
  transformer.agrees("num_classes", head.at("num_classes"), classes, classes);
  // The cross-entropy divides by their sum over the voxels, so that their length does not matter.
  const manual = head.has("manual_class_weight")
    ? head.numbers("manual_class_weight", classes + 1)
    : null;
  const frequencies = head.has("nusc_class_frequencies")
    ? head.numbers("nusc_class_frequencies", classes + 1)
    : null;
  const ignored = head.number("ignore_label", 255);
  const views = transformer.number("num_views", task.cameras.length);
  if (!anyCameras) {
    transformer.agrees("num_views", `the cameras of ${task.name}`, task.cameras.length, views);
  }
  return {
    ...task,
    ignored: ignored < task.classes.length ? [ignored] : [],
    weights: manual ?? (frequencies ? frequencyWeights(frequencies) : task.weights),
    ...(views === task.cameras.length ? {} : {
      cameras: Array.from({ length: views }, (_, i) => `camera ${i}`),
      around: [Array.from({ length: views }, (_, i) => i)],
    }),
  };
}

/** Queries that go on to the next key frame: as many as are remembered and as are best. */
function propagatedOf(head: OptionsReader): number {
  for (const name of ["prop_query", "temp_fusion", "with_ego_pos"]) head.expect(name, true, true);
  const count = head.number("num_propagated");
  for (const name of ["memory_len", "topk_proposals"]) {
    head.agrees(name, head.at("num_propagated"), count);
  }
  return count;
}

function decoderOf(root: OptionsReader, transformer: OptionsReader): DecoderConfig {
  transformer.expect("type", "StreamOccTransformer", "StreamOccTransformer");
  const embedDims = transformer.number("embed_dims");
  const refines = transformer.numbers("num_refines");
  transformer.agrees("num_layers", transformer.at("num_refines"), refines.length);
  return {
    embedDims,
    refines,
    heads: 8,
    groups: transformer.number("num_groups", 4),
    points: transformer.number("num_points"),
    feedforward: root.number("ffn_hidden", 512),
    dropout: root.number("dropout", 0.1),
  };
}

/** mmdetection's FPN over all four stages. */
function neckOf(
  options: OptionsReader,
  transformer: OptionsReader,
  { backbone, decoder }: { readonly backbone: ResNetConfig; readonly decoder: DecoderConfig },
): NeckConfig {
  options.expect("type", "FPN", "FPN");
  options.expect("start_level", 0, 0);
  options.expect("end_level", -1, -1);
  options.expect("add_extra_convs", false, false);
  for (const name of ["conv_cfg", "norm_cfg", "act_cfg", "init_cfg"]) {
    options.expect(name, null, null);
  }
  options.agrees("out_channels", transformer.at("embed_dims"), decoder.embedDims);
  checkChannels(options, backbone);
  const levels = options.number("num_outs");
  transformer.agrees("num_levels", options.at("num_outs"), levels);
  return { ...DEFAULTS.neck, first: 0, levels };
}

function gridOf(head: OptionsReader, transformer: OptionsReader): OccupancyConfig {
  head.expect("type", "StreamOccHead", "StreamOccHead");
  head.agrees("in_channels", transformer.at("embed_dims"), transformer.number("embed_dims"));
  const range = head.numbers("pc_range", 6) as unknown as OccupancyConfig["range"];
  transformer.agrees("pc_range", head.at("pc_range"), range);
  const [voxel = 0, ...others] = head.numbers("voxel_size", 3);
  if (others.some((edge) => edge !== voxel)) {
    head.refuse("voxel_size", "voxels must be as long on all three axes");
  }
  return { range, voxel };
}

function lossOf(head: OptionsReader): SuperOccLossConfig {
  const classes = head.group("loss_occ");
  classes.expect("type", "CELoss", "CELoss");
  classes.expect("activated", true);
  const points = head.group("loss_pts");
  points.expect("type", "SmoothL1Loss", "SmoothL1Loss");
  const balanced = head.has("manual_class_weight") || head.has("nusc_class_frequencies");
  return {
    ...DEFAULTS.loss,
    nll: classes.number("loss_weight", 1),
    lovasz: 1,
    semScal: 0,
    geoScal: 0,
    focal: 0,
    dice: 0,
    pixel: 0,
    points: points.number("loss_weight", 1),
    pointsBeta: points.number("beta", 1),
    lovaszIgnore: 255,
    masked: false,
    balance: balanced ? "manual" : "none",
  };
}
