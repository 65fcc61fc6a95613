import type { EncoderConfig } from "../../../config/anchor_config.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";
import { duplicatesOf, feedforwardOf } from "../../../gaussianformer/config/original/encoder.ts";
import { operationsOf } from "../../../network/encoder.ts";
import { FIXED_OFFSETS } from "../../../network/key_points.ts";

const REFINE = "model.encoder.refine_layer";
const DEFORMABLE = "model.encoder.deformable_model";
/** Its logits of positions are those of fractions clamped to [1e-5, 0.99999]. */
const MARGIN = 1e-5;

/** Reads a GaussianEncoder of QuadricFormer; `cameras` is null where any number will do. */
export function encoderOf(
  options: OptionsReader,
  { root, levels, cameras }: {
    readonly root: OptionsReader;
    readonly levels: number;
    readonly cameras: number | null;
  },
): EncoderConfig {
  options.expect("type", "GaussianEncoder", "GaussianEncoder");
  const deformable = options.group("deformable_model");
  const dims = deformable.number("embed_dims");
  const refine = options.group("refine_layer");
  const blocks = options.number("num_encoder");
  checkParts(options, { dims, refine });
  if (
    JSON.stringify(options.raw("operation_order")) !==
      JSON.stringify(operationsOf({ order: "v2", blocks }))
  ) {
    options.refuse(
      "operation_order",
      `only that of the published configurations for ${blocks} blocks ("num_encoder") is known here`,
    );
  }
  return {
    order: "v2",
    embedDims: dims,
    blocks,
    residual: deformable.choice("residual_mode", ["none"], "none"),
    ...feedforwardOf(options.group("ffn"), { dims, residual: "none" }),
    ...aggregationOf(deformable, { levels, cameras, refine }),
    ...convolutionOf(options.group("spconv_layer"), { dims, refine }),
    duplicates: duplicatesOf(root),
    refinement: "v2",
    semanticsActivation: "identity",
    margin: MARGIN,
    unitXyz: refine.numbers("unit_xyz", 3) as unknown as EncoderConfig["unitXyz"],
  };
}

function checkParts(
  options: OptionsReader,
  { dims, refine }: { readonly dims: number; readonly refine: OptionsReader },
): void {
  refine.expect("type", "SuperQuadric3DRefinementModule");
  refine.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, dims);
  const anchors = options.group("anchor_encoder");
  anchors.expect("type", "SuperQuadric3DEncoder");
  anchors.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, dims);
  anchors.agrees("include_opa", `${REFINE}.include_opa`, refine.flag("include_opa", true), true);
  anchors.agrees("semantic_dim", `${REFINE}.semantic_dim`, refine.number("semantic_dim"));
  const norm = options.group("norm_layer");
  norm.expect("type", "LN", "LN");
  norm.agrees("normalized_shape", `${DEFORMABLE}.embed_dims`, dims);
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
  options.expect("use_deformable_func", true, true);
  if (cameras === null) options.raw("num_cams");
  else options.expect("num_cams", cameras, cameras);
  options.agrees("num_levels", "model.neck.num_outs", levels);
  const points = options.group("kps_generator");
  points.expect("type", "SparseGaussian3DKeyPointsGenerator", "SparseGaussian3DKeyPointsGenerator");
  points.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, options.raw("embed_dims"));
  points.agrees("pc_range", `${REFINE}.pc_range`, refine.raw("pc_range"));
  points.agrees("scale_range", `${REFINE}.scale_range`, refine.raw("scale_range"));
  points.expect("fix_scale", FIXED_OFFSETS);
  return {
    groups: options.number("num_groups"),
    attentionDropout: options.number("attn_drop", 0),
    recompute: true,
    learnedPoints: points.number("num_learnable_pts"),
    // It reaches from minus that to plus that, here the whole width is said.
    learnedPointScale: 2 * points.number("learnable_scale", 1),
  };
}

function convolutionOf(
  options: OptionsReader,
  { dims, refine }: { readonly dims: number; readonly refine: OptionsReader },
) {
  options.expect("type", "SparseConv3DBlock", "SparseConv3DBlock");
  options.agrees("in_channels", `${DEFORMABLE}.embed_dims`, dims);
  options.agrees("embed_channels", `${DEFORMABLE}.embed_dims`, dims);
  const range = refine.numbers("pc_range", 6);
  options.agrees("pc_range", `${REFINE}.pc_range`, range);
  const cells = options.numbers("grid_size", 3);
  const cell = cells[0]!;
  if (cells.some((size) => size !== cell)) options.refuse("grid_size", "cells must be cubes");
  const shape = [0, 1, 2].map((axis) => Math.round((range[axis + 3]! - range[axis]!) / cell));
  options.agrees("spatial_shape", `the cells of "${REFINE}.pc_range"`, shape);
  const kernels = options.numbers("kernel_size");
  const kernel = kernels[0] ?? 0;
  if (kernels.some((size) => size !== kernel)) {
    options.refuse("kernel_size", "all convolutions must be as wide");
  }
  const all = (value: number) => kernels.map(() => value);
  options.expect("stride", all(1), all(1));
  options.expect("dilation", all(1), all(1));
  options.expect("padding", all((kernel - 1) / 2));
  return {
    cell,
    kernel,
    convolutions: kernels.length,
    outputProjection: options.flag("use_out_proj"),
  };
}
