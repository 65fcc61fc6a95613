import type { EncoderConfig } from "../../../config/anchor_config.ts";
import { operationsOf } from "../../../network/encoder.ts";
import { FIXED_OFFSETS } from "../../../network/key_points.ts";
import { checkAnchors } from "./lifter.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";

const REFINE = "model.encoder.refine_layer";
const DEFORMABLE = "model.encoder.deformable_model";
const MODULES = ["SparseGaussian3DRefinementModule", "SparseGaussian3DRefinementModuleV2"] as const;

/** Reads a GaussianOccEncoder; `levels` is what the neck makes, `cameras` null where any number will do. */
export function encoderOf(
  options: OptionsReader,
  { root, levels, cameras }: {
    readonly root: OptionsReader;
    readonly levels: number;
    readonly cameras: number | null;
  },
): EncoderConfig {
  options.expect("type", "GaussianOccEncoder", "GaussianOccEncoder");
  options.expect("mid_refine_layer", null, null);
  options.expect("init_cfg", null, null);
  const deformable = options.group("deformable_model");
  const dims = deformable.number("embed_dims");
  const residual = deformable.choice("residual_mode", ["cat", "add", "none"], "add");
  const refine = refinementOf(options.group("refine_layer"), dims);
  if (options.has("anchor_encoder")) {
    const anchors = options.group("anchor_encoder");
    anchors.expect("type", "SparseGaussian3DEncoder", "SparseGaussian3DEncoder");
    anchors.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, dims);
    checkAnchors(anchors, refine);
  }
  if (options.has("norm_layer")) {
    const norm = options.group("norm_layer");
    norm.expect("type", "LN", "LN");
    norm.agrees("normalized_shape", `${DEFORMABLE}.embed_dims`, dims);
  }
  const blocks = options.number("num_decoder");
  return {
    order: orderOf(options, blocks),
    embedDims: dims,
    blocks,
    residual,
    ...feedforwardOf(options.group("ffn"), { dims, residual }),
    ...aggregationOf(deformable, { levels, cameras, refine: options.group("refine_layer") }),
    ...convolutionOf(options.group("spconv_layer"), { dims, range: refine.range }),
    duplicates: duplicatesOf(root),
    ...refine.config,
  };
}

function orderOf(options: OptionsReader, blocks: number): EncoderConfig["order"] {
  const operations = JSON.stringify(options.raw("operation_order"));
  const order = (["v1", "v2"] as const)
    .find((order) => JSON.stringify(operationsOf({ order, blocks })) === operations);
  if (!order) {
    options.refuse(
      "operation_order",
      `only those of the published configurations for ${blocks} blocks ("num_decoder") are known here`,
    );
  }
  return order ?? "v1";
}

function refinementOf(options: OptionsReader, dims: number) {
  const type = options.choice("type", MODULES);
  const version = type === MODULES[1] ? "v2" : "v1";
  if (version === "v1") {
    options.expect("restrict_xyz", true);
    options.expect("refine_manual", [0, 1, 2]);
  }
  options.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, dims);
  options.expect("semantics", true, true);
  options.expect("xyz_activation", "sigmoid", "sigmoid");
  options.expect("scale_activation", "sigmoid", "sigmoid");
  return {
    range: options.numbers("pc_range", 6),
    semantics: options.number("semantic_dim"),
    opacity: options.flag("include_opa", true),
    config: {
      refinement: version,
      semanticsActivation: options.choice(
        "semantics_activation",
        ["identity", "softplus"],
        "softmax" as "identity",
      ),
      unitXyz: options.numbers("unit_xyz", 3) as unknown as EncoderConfig["unitXyz"],
    },
  } as const;
}

/** Reads an AsymmetricFFN. */
export function feedforwardOf(
  options: OptionsReader,
  { dims, residual }: { readonly dims: number; readonly residual: string },
) {
  options.expect("type", "AsymmetricFFN", "AsymmetricFFN");
  options.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, dims);
  options.agrees(
    "in_channels",
    `what ${DEFORMABLE} makes`,
    residual === "cat" ? 2 * dims : dims,
  );
  options.expect("num_fcs", 2, 2);
  options.expect("dropout_layer", null, null);
  options.expect("init_cfg", null, null);
  if (options.has("act_cfg")) options.group("act_cfg").expect("type", "ReLU", "ReLU");
  const norm = options.has("pre_norm");
  if (norm) options.group("pre_norm").expect("type", "LN");
  return {
    feedforward: options.number("feedforward_channels"),
    feedforwardNorm: norm,
    feedforwardBypass: options.flag("add_identity", true),
    dropout: options.number("ffn_drop", 0),
  };
}

function aggregationOf(
  options: OptionsReader,
  { levels, cameras, refine }: {
    readonly levels: number;
    readonly cameras: number | null;
    readonly refine: OptionsReader;
  },
) {
  options.expect("type", "DeformableFeatureAggregation", "DeformableFeatureAggregation");
  options.expect("use_camera_embed", true, true);
  if (cameras === null) options.raw("num_cams");
  else options.expect("num_cams", cameras, cameras);
  options.agrees("num_levels", "model.img_neck.num_outs", levels);
  options.expect("proj_drop", 0, 0);
  const points = options.group("kps_generator");
  points.expect("type", "SparseGaussian3DKeyPointsGenerator", "SparseGaussian3DKeyPointsGenerator");
  points.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, options.raw("embed_dims"));
  points.agrees("pc_range", `${REFINE}.pc_range`, refine.raw("pc_range"));
  points.agrees("scale_range", `${REFINE}.scale_range`, refine.raw("scale_range"));
  points.expect("xyz_activation", "sigmoid", "sigmoid");
  points.expect("scale_activation", "sigmoid", "sigmoid");
  points.expect("fix_scale", FIXED_OFFSETS);
  return {
    groups: options.number("num_groups"),
    attentionDropout: options.number("attn_drop", 0),
    recompute: true,
    learnedPoints: points.number("num_learnable_pts"),
    learnedPointScale: points.number("learnable_fixed_scale", 1),
  };
}

function convolutionOf(
  options: OptionsReader,
  { dims, range }: { readonly dims: number; readonly range: readonly number[] },
) {
  options.expect("type", "SparseConv3D", "SparseConv3D");
  options.agrees("in_channels", `${DEFORMABLE}.embed_dims`, dims);
  options.agrees("embed_channels", `${DEFORMABLE}.embed_dims`, dims);
  options.agrees("pc_range", `${REFINE}.pc_range`, range);
  options.expect("xyz_activation", "sigmoid", "sigmoid");
  options.expect("init_cfg", null, null);
  const cell = options.numbers("grid_size", 3);
  if (cell.some((size) => size !== cell[0])) options.refuse("grid_size", "cells must be cubes");
  return {
    cell: cell[0]!,
    kernel: options.number("kernel_size", 5),
    convolutions: options.flag("use_multi_layer") ? 3 : 0,
    outputProjection: options.flag("use_out_proj"),
  };
}

/** Reads what becomes of primitives in one cell of the sparse convolution. */
export function duplicatesOf(root: OptionsReader): EncoderConfig["duplicates"] {
  const rule = root.choice(
    "spconv_duplicates",
    ["native_first", "gather_first"],
    "native_first",
  );
  return rule === "gather_first" ? "gather" : "native";
}
