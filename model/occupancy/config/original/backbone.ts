import {
  RESNET_DEPTHS,
  resnetChannels,
  type ResNetConfig,
  resnetDepth,
} from "../../../backbone/resnet_config.ts";
import type { OptionsReader } from "./options_reader.ts";

/** A ResNet and the weights that it starts from. */
export interface ReadBackbone {
  readonly config: ResNetConfig;
  /** "pretrained" or the checkpoint of "init_cfg". */
  readonly pretrained: { readonly option: string; readonly file: string } | null;
}

/** Options of mmsegmentation's ResNet that have one value here. */
const FIXED: readonly [name: string, value: unknown][] = [
  ["num_stages", 4],
  ["in_channels", 3],
  ["out_indices", [0, 1, 2, 3]],
  ["strides", [1, 2, 2, 2]],
  ["dilations", [1, 1, 1, 1]],
  ["deep_stem", false],
  ["avg_down", false],
  ["conv_cfg", null],
  ["plugins", null],
  ["multi_grid", null],
  ["contract_dilation", false],
  ["zero_init_residual", true],
];

/** What a model does with its backbone beside what the backbone's options say. */
export interface BackboneUse {
  /** Whether norms keep their statistics and train their weights where "norm_eval" is set. */
  readonly steadyNorms?: boolean;
  /** What the keys of the weights that it starts from begin with, in its original. */
  readonly prefix?: string;
}

/** Reads a ResNet of mmsegmentation or mmdetection. */
export function backboneOf(
  options: OptionsReader,
  { steadyNorms = false, prefix }: BackboneUse = {},
): ReadBackbone {
  options.expect("type", "ResNet", "ResNet");
  for (const [name, value] of FIXED) options.expect(name, value, value);
  const stages = options.has("stage_blocks")
    ? { block: "bottleneck" as const, stageBlocks: options.numbers("stage_blocks") }
    : resnetDepth(depthOf(options));
  return {
    config: {
      ...stages,
      style: options.choice("style", ["pytorch", "caffe"], "pytorch"),
      stemChannels: options.number("stem_channels", 64),
      baseChannels: options.number("base_channels", 64),
      deformable: deformableStages(options),
      frozenStages: options.number("frozen_stages", -1),
      frozenNorms: steadyNorms ? keepsStatistics(options) : frozenNorms(options),
      recompute: options.flag("with_cp"),
    },
    pretrained: pretrainedOf(options, prefix ?? null),
  };
}

function depthOf(options: OptionsReader): number {
  const depth = options.number("depth");
  if (RESNET_DEPTHS.includes(depth)) return depth;
  options.refuse("depth", `it must be one of ${RESNET_DEPTHS.join(", ")}`);
  return RESNET_DEPTHS[0]!;
}

/** Norms are frozen as a whole, or trained as a whole. */
function frozenNorms(options: OptionsReader): boolean {
  const frozen = options.flag("norm_eval");
  if (options.has("norm_cfg")) {
    const norm = options.group("norm_cfg");
    norm.choice("type", ["BN", "BN2d", "SyncBN"], "BN");
    norm.expect("eps", 1e-5, 1e-5);
    norm.expect("momentum", 0.1, 0.1);
    if (norm.flag("requires_grad", true) === frozen) {
      norm.refuse(
        "requires_grad",
        `"${
          options.at("norm_eval")
        }" is ${frozen}: norms keep statistics and weights, or train both`,
        "norm_eval=True goes with requires_grad=False, norm_eval=False with requires_grad=True",
      );
    }
  } else if (frozen) {
    options.refuse(
      "norm_cfg",
      `"${options.at("norm_eval")}" is true: it must have requires_grad=False`,
    );
  }
  return frozen;
}

/** Norms that are trained on statistics that stay: not frozen. */
function keepsStatistics(options: OptionsReader): false {
  options.expect("norm_eval", true);
  if (options.has("norm_cfg")) {
    const norm = options.group("norm_cfg");
    norm.choice("type", ["BN", "BN2d", "SyncBN"], "BN");
    norm.expect("eps", 1e-5, 1e-5);
    norm.expect("momentum", 0.1, 0.1);
    norm.expect("requires_grad", true, true);
  }
  return false;
}

function deformableStages(options: OptionsReader): boolean[] {
  if (!options.has("dcn")) return [false, false, false, false];
  const dcn = options.group("dcn");
  dcn.expect("type", "DCNv2", "DCNv2");
  dcn.expect("deform_groups", 1, 1);
  const stages = options.raw("stage_with_dcn") ?? [false, false, false, false];
  const fits = Array.isArray(stages) && stages.length === 4 &&
    stages.every((stage) => typeof stage === "boolean");
  if (!fits) options.refuse("stage_with_dcn", "four switches are needed");
  return stages as boolean[];
}

function pretrainedOf(options: OptionsReader, prefix: string | null): ReadBackbone["pretrained"] {
  if (options.has("pretrained")) {
    return { option: options.at("pretrained"), file: options.text("pretrained") };
  }
  if (!options.has("init_cfg")) return null;
  if (Array.isArray(options.raw("init_cfg"))) {
    options.refuse("init_cfg", 'only dict(type="Pretrained", checkpoint=…) is known here');
    return null;
  }
  const init = options.group("init_cfg");
  init.expect("type", "Pretrained");
  init.expect("prefix", prefix, prefix);
  return { option: init.at("checkpoint"), file: init.text("checkpoint") };
}

/** Channels that a neck is told to take must be those that the backbone makes. */
export function checkChannels(neck: OptionsReader, backbone: ResNetConfig): void {
  neck.agrees("in_channels", "the channels of the backbone's stages", resnetChannels(backbone));
}
