import { surroundOcc } from "../../../../../data/nuscenes/task.ts";
import { gridRange } from "../../../../../data/occupancy/task.ts";
import type { GaussianFormerConfig } from "../config.ts";
import type { LifterConfig } from "../../../config/anchor_config.ts";
import { backboneOf, checkChannels, type ReadBackbone } from "../../../config/original/backbone.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";

/** What the other parts say, with which a lifter must agree. */
export interface LifterCompany {
  readonly dims: number;
  readonly frozen: boolean;
  readonly range: GaussianFormerConfig["occupancy"]["range"];
  readonly voxel: number;
  readonly grid: readonly number[];
  readonly semantics: number;
  readonly opacity: boolean;
}

/** A lifter, and the weights that its depth network's backbone starts from. */
export interface ReadLifter {
  readonly config: LifterConfig;
  readonly count: number;
  readonly pretrained: ReadBackbone["pretrained"];
}

const GRID = "model.head.cuda_kwargs";
const RANGE = "model.encoder.refine_layer.pc_range";
// The defaults of a GaussianLifterV2 are SurroundOcc's.
const { grid, empty } = surroundOcc;

/** Reads a GaussianLifter or a GaussianLifterV2. */
export function lifterOf(options: OptionsReader, company: LifterCompany): ReadLifter {
  const { frozen } = company;
  checkAnchors(options, company);
  options.agrees("embed_dims", "model.encoder.deformable_model.embed_dims", company.dims);
  options.expect("xyz_activation", "sigmoid", "sigmoid");
  options.expect("scale_activation", "sigmoid", "sigmoid");
  const training = {
    trainAnchors: options.flag("anchor_grad", true) && !frozen,
    trainFeatures: options.flag("feat_grad", true) && !frozen,
  };
  const type = options.choice("type", ["GaussianLifter", "GaussianLifterV2"]);
  const anchors = options.number("num_anchor");
  if (type !== "GaussianLifterV2") {
    options.expect("pts_init", false, false);
    return { config: { kind: "learned", ...training }, count: anchors, pretrained: null };
  }
  options.agrees("pc_range", RANGE, company.range, gridRange(grid));
  options.agrees("voxel_size", `${GRID}.grid_size`, company.voxel, grid.voxel);
  options.agrees("occ_resolution", `${GRID}.H, W and D`, company.grid, grid.dims);
  options.expect("empty_label", empty, empty);
  options.raw("pretrained_path"); // read with the file
  const network = depthNetworkOf(options.group("initializer"), options);
  return {
    config: {
      kind: "sampled",
      ...training,
      count: anchors,
      bins: options.number("num_samples", 64),
      pointsPerPixel: options.number("anchors_per_pixel", 1),
      deterministic: options.flag("deterministic", true),
      subset: options.flag("random_sampling", true) ? "random" : "farthest",
      frozen,
      ...network.config,
      downsample: options.number("initializer_img_downsample", 1),
    },
    count: anchors + options.number("random_samples", 0),
    pretrained: network.pretrained,
  };
}

/** Which numbers an anchor has, wherever it is said. */
export function checkAnchors(
  options: OptionsReader,
  { semantics, opacity }: Pick<LifterCompany, "semantics" | "opacity">,
): void {
  const refine = "model.encoder.refine_layer";
  options.expect("semantics", true, true);
  options.agrees("semantic_dim", `${refine}.semantic_dim`, semantics);
  options.agrees("include_opa", `${refine}.include_opa`, opacity, true);
}

function depthNetworkOf(options: OptionsReader, lifter: OptionsReader) {
  options.expect("type", "ResNetSecondFPN", "ResNetSecondFPN");
  options.expect("img_backbone_out_indices", [0, 1, 2, 3], [0, 1, 2, 3]);
  options.expect(
    "pretrained_path",
    null,
    null,
    `${lifter.at("pretrained_path")} or --load-from names weights of the depth network`,
  );
  const backbone = backboneOf(options.group("img_backbone_config"));
  // The original's own spelling.
  const neck = options.group(options.has("neck_confifg") ? "neck_confifg" : "neck_config");
  neck.expect("type", "SECONDFPN", "SECONDFPN");
  for (const name of ["norm_cfg", "upsample_cfg", "conv_cfg", "init_cfg"]) {
    neck.expect(name, null, null);
  }
  neck.expect("use_conv_for_no_stride", false, false);
  checkChannels(neck, backbone.config);
  const channels = neck.numbers("out_channels");
  if (channels.some((count) => count !== channels[0])) {
    neck.refuse("out_channels", "all branches must have as many");
  }
  const sum = channels.reduce((a, b) => a + b, 0);
  lifter.agrees("projection_in", `the sum of "${neck.at("out_channels")}"`, sum);
  return {
    config: {
      backbone: backbone.config,
      neckChannels: channels[0]!,
      neckStrides: neck.numbers("upsample_strides"),
    },
    pretrained: backbone.pretrained,
  };
}
