import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { type ResNetConfig, resnetDepth } from "../../backbone/resnet_config.ts";
import type {
  EncoderConfig,
  GaussianFormerConfig,
  HeadConfig,
  LifterConfig,
  LossConfig,
} from "./config.ts";
import { DEFAULTS } from "./defaults.ts";
import { operationsOf } from "../network/encoder.ts";
import { FIXED_OFFSETS } from "../network/key_points.ts";
import { OptionsReader } from "./options_reader.ts";

type Range = GaussianFormerConfig["occupancy"]["range"];
type Triple = [number, number, number];

/** Optimizer steps of the published runs: 20 epochs of 28 130 key frames on 8 devices. */
const PUBLISHED_STEPS = 70_320;

/**
 * A configuration from the option names of the original's files, merged. What has no counterpart here
 * is refused rather than left out.
 */
export function originalConfig(options: unknown): GaussianFormerConfig {
  const root = new OptionsReader(options);
  const model = root.group("model");
  const encoder = model.group("encoder");
  const refine = encoder.group("refine_layer");
  const cuda = model.group("head").group("cuda_kwargs");
  const range = refine.numbers("pc_range", 6) as unknown as Range;
  const voxel = cuda.number("grid_size");
  ["H", "W", "D"].forEach((name, axis) =>
    cuda.expect(name, Math.round((range[axis + 3]! - range[axis]!) / voxel))
  );
  const lifter = model.group("lifter");
  return {
    model: "gaussianformer",
    legacy: root.flag("legacy"),
    task: surroundOcc,
    image: imageOf(root),
    backbone: backboneOf(model.group("img_backbone")),
    neck: { ...DEFAULTS.neck, levels: neckLevels(model.group("img_neck")) },
    gaussians: {
      count: lifter.number("num_anchor") + lifter.number("random_samples", 0),
      scaleRange: refine.numbers("scale_range", 2) as [number, number],
      semantics: refine.number("semantic_dim"),
      opacity: refine.flag("include_opa", true),
    },
    lifter: lifterOf(lifter, model.flag("freeze_lifter")),
    encoder: encoderOf(encoder, root),
    occupancy: { range, voxel },
    head: headOf(model.group("head")),
    loss: lossOf(root.group("loss").groups("loss_cfgs"), model.group("head")),
    optim: optimOf(root),
  };
}

function imageOf(root: OptionsReader): GaussianFormerConfig["image"] {
  const [height, width] = root.has("data_aug_conf")
    ? root.group("data_aug_conf").numbers("final_dim", 2)
    : root.numbers("image_size", 2).reverse();
  const flip = root.has("data_aug_conf") && root.group("data_aug_conf").flag("rand_flip");
  return { ...DEFAULTS.image, width: width!, height: height!, flip, photometric: true };
}

function backboneOf(options: OptionsReader): ResNetConfig {
  options.expect("type", "ResNet", "ResNet");
  const frozenNorms = options.flag("norm_eval");
  if (frozenNorms) options.group("norm_cfg").expect("requires_grad", false);
  const blocks = options.has("stage_blocks")
    ? { block: "bottleneck" as const, stageBlocks: options.numbers("stage_blocks") }
    : resnetDepth(options.number("depth"));
  const deformable = options.has("dcn")
    ? options.raw("stage_with_dcn") as boolean[]
    : [false, false, false, false];
  if (options.has("dcn")) options.group("dcn").expect("deform_groups", 1, 1);
  return {
    ...blocks,
    style: options.text("style", "pytorch") === "caffe" ? "caffe" : "pytorch",
    stemChannels: options.number("stem_channels", 64),
    baseChannels: options.number("base_channels", 64),
    deformable,
    frozenStages: options.number("frozen_stages", -1),
    frozenNorms,
    recompute: options.flag("with_cp"),
  };
}

function neckLevels(options: OptionsReader): number {
  options.expect("type", "FPN", "FPN");
  options.expect("start_level", 1);
  options.expect("add_extra_convs", "on_output");
  return options.number("num_outs");
}

function lifterOf(options: OptionsReader, frozen: boolean): LifterConfig {
  if (options.text("type") === "GaussianLifter") {
    return { kind: "learned", trainAnchors: true, trainFeatures: false };
  }
  options.expect("type", "GaussianLifterV2");
  const initializer = options.group("initializer");
  initializer.expect("type", "ResNetSecondFPN", "ResNetSecondFPN");
  // The original's own spelling.
  const neck = initializer.group(
    initializer.has("neck_confifg") ? "neck_confifg" : "neck_config",
  );
  const channels = neck.numbers("out_channels");
  neck.expect("out_channels", channels.map(() => channels[0]));
  return {
    kind: "sampled",
    trainAnchors: false,
    trainFeatures: false,
    count: options.number("num_anchor"),
    bins: options.number("num_samples"),
    pointsPerPixel: options.number("anchors_per_pixel", 1),
    deterministic: options.flag("deterministic", true),
    subset: options.flag("random_sampling", true) ? "random" : "farthest",
    frozen,
    backbone: backboneOf(initializer.group("img_backbone_config")),
    neckChannels: channels[0]!,
    neckStrides: neck.numbers("upsample_strides"),
    downsample: options.number("initializer_img_downsample", 1),
  };
}

function encoderOf(options: OptionsReader, root: OptionsReader): EncoderConfig {
  const deformable = options.group("deformable_model");
  const points = deformable.group("kps_generator");
  const ffn = options.group("ffn");
  const refine = options.group("refine_layer");
  const spconv = options.group("spconv_layer");
  const version = refine.text("type").endsWith("V2") ? "v2" : "v1";
  if (version === "v1") {
    refine.expect("restrict_xyz", true);
    refine.expect("refine_manual", [0, 1, 2]);
  }
  points.expect("fix_scale", FIXED_OFFSETS);
  deformable.expect("use_camera_embed", true);
  const cell = spconv.numbers("grid_size", 3);
  spconv.expect("grid_size", cell.map(() => cell[0]));
  const semantics = refine.text("semantics_activation", "softmax");
  if (semantics !== "softplus") refine.expect("semantics_activation", "identity");
  const residual = deformable.text("residual_mode", "add");
  if (residual !== "cat" && residual !== "add") deformable.expect("residual_mode", "none");
  const blocks = options.number("num_decoder");
  const operations = options.raw("operation_order");
  const order = (["v1", "v2"] as const).find((order) =>
    JSON.stringify(operationsOf({ order, blocks })) === JSON.stringify(operations)
  );
  if (!order) options.expect("operation_order", operationsOf({ order: "v2", blocks }));
  return {
    order: order!,
    embedDims: deformable.number("embed_dims"),
    groups: deformable.number("num_groups"),
    blocks,
    residual: residual as EncoderConfig["residual"],
    feedforward: ffn.number("feedforward_channels"),
    feedforwardNorm: ffn.has("pre_norm"),
    feedforwardBypass: ffn.flag("add_identity", true),
    dropout: ffn.number("ffn_drop", 0),
    attentionDropout: deformable.number("attn_drop", 0),
    learnedPoints: points.number("num_learnable_pts"),
    learnedPointScale: points.number("learnable_fixed_scale", 1),
    cell: cell[0]!,
    kernel: spconv.number("kernel_size", 5),
    convolutions: spconv.flag("use_multi_layer") ? 3 : 0,
    outputProjection: spconv.flag("use_out_proj"),
    duplicates: duplicatesOf(root),
    refinement: version,
    semanticsActivation: semantics as EncoderConfig["semanticsActivation"],
    unitXyz: refine.numbers("unit_xyz", 3) as unknown as Triple,
  };
}

function duplicatesOf(root: OptionsReader): EncoderConfig["duplicates"] {
  if (root.text("spconv_duplicates", "native_first") === "gather_first") return "gather";
  root.expect("spconv_duplicates", "native_first", "native_first");
  return "native";
}

function headOf(options: OptionsReader): HeadConfig {
  const classes = surroundOcc.classes.length;
  options.expect("num_classes", classes, classes);
  const scaleMultiplier = options.group("cuda_kwargs").number("scale_multiplier");
  const supervised = options.text("apply_loss_type", "all");
  if (options.flag("use_localaggprob")) {
    return {
      kind: "probabilistic",
      scaleMultiplier,
      supervised,
      perAxis: options.flag("use_localaggprob_fast"),
      combine: options.flag("combine_geosem"),
      threshold: options.number("sigmoid_thresh", 0.5),
    };
  }
  const empty = options.flag("with_empty") ? options.group("empty_args") : null;
  return {
    kind: "additive",
    scaleMultiplier,
    supervised,
    empty: empty && {
      mean: empty.numbers("mean", 3) as Triple,
      scale: empty.numbers("scale", 3) as Triple,
    },
  };
}

function lossOf(losses: readonly OptionsReader[], head: OptionsReader): LossConfig {
  const named = (type: string) => losses.find((loss) => loss.text("type") === type);
  const occupancy = named("OccupancyLoss");
  if (!occupancy) {
    throw new SyntaxError('Cannot use the configuration: "loss" has no OccupancyLoss');
  }
  const weights = occupancy.group("multi_loss_weights");
  const total = occupancy.number("weight", 1);
  const weight = (used: boolean, name: string) => used ? total * weights.number(name, 1) : 0;
  const scal = occupancy.flag("use_sem_geo_scal_loss", true);
  const pixel = named("PixelDistributionLoss");
  pixel?.expect("use_sigmoid", false, true);
  occupancy.expect("ignore_empty", false, false);
  // Whether predictions are logits follows from the head.
  occupancy.expect("lovasz_use_softmax", !head.flag("use_localaggprob"), true);
  const manual = occupancy.flag("balance_cls_weight") && occupancy.has("manual_class_weight");
  if (manual) occupancy.expect("manual_class_weight", surroundOcc.weights);
  return {
    ...DEFAULTS.loss,
    nll: weight(true, "loss_voxel_ce_weight"),
    lovasz: weight(occupancy.flag("use_lovasz_loss", true), "loss_voxel_lovasz_weight"),
    semScal: weight(scal, "loss_voxel_sem_scal_weight"),
    geoScal: weight(scal, "loss_voxel_geo_scal_weight"),
    focal: weight(occupancy.flag("use_focal_loss"), "loss_voxel_focal_weight"),
    dice: weight(occupancy.flag("use_dice_loss"), "loss_voxel_dice_weight"),
    pixel: pixel?.number("weight", 1) ?? 0,
    balance: !occupancy.flag("balance_cls_weight") ? "none" : manual ? "manual" : "frequency",
  };
}

function optimOf(root: OptionsReader): GaussianFormerConfig["optim"] {
  const options = root.group("optimizer");
  const optimizer = options.group("optimizer");
  optimizer.expect("type", "AdamW", "AdamW");
  const multipliers = options.has("paramwise_cfg")
    ? options.group("paramwise_cfg").group("custom_keys")
    : null;
  return {
    ...DEFAULTS.optim,
    lr: optimizer.number("lr"),
    weightDecay: optimizer.number("weight_decay", 0.01),
    backboneLr: multipliers?.has("img_backbone")
      ? multipliers.group("img_backbone").number("lr_mult", 1)
      : 1,
    clipNorm: root.number("grad_max_norm", 35),
    warmupSteps: root.number("warmup_iters", 500),
    minLrRatio: root.number("min_lr_ratio", 0.1),
    steps: Math.round(PUBLISHED_STEPS * root.number("max_epochs", 20) / 20),
  };
}
