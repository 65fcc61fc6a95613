import { surroundOcc } from "../../../../../data/nuscenes/task.ts";
import { checkGrid } from "../../../gaussianformer/config/original/head.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";
import { FIXED_OFFSETS } from "../../../network/key_points.ts";
import { operationsOf } from "../../../network/encoder.ts";
import type { GaussianWorldConfig, StreamConfig } from "../config.ts";
import { worldPresets } from "../presets.ts";

type Encoder = GaussianWorldConfig["encoder"];
type Triple = [number, number, number];
type Range = GaussianWorldConfig["occupancy"]["range"];

const REFINE = "model.encoder.refine_layer";
const DEFORMABLE = "model.encoder.deformable_model";
const LEVELS = "model.neck.num_outs";
const COLUMNS = surroundOcc.classes.length;
const { classes: { length: CLASSES }, empty: EMPTY } = surroundOcc;
const { "gaussianworld/base": base } = worldPresets;

/** What all parts of a model must agree on. */
interface Shared {
  readonly dims: number;
  readonly range: Range;
  readonly scales: readonly number[];
}

/** Reads a GaussianSegmentorStream but for its backbone and neck. */
export function worldModelOf(
  model: OptionsReader,
  { levels, cameras }: { readonly levels: number; readonly cameras: number | null },
): Pick<GaussianWorldConfig, "gaussians" | "lifter" | "encoder" | "occupancy" | "head" | "stream"> {
  const encoder = model.group("encoder");
  const refine = encoder.group("refine_layer");
  const shared: Shared = {
    dims: encoder.group("deformable_model").number("embed_dims"),
    range: refine.numbers("pc_range", 6) as unknown as Range,
    scales: refine.numbers("scale_range", 2),
  };
  const lifter = model.group("lifter");
  lifter.expect("type", "GaussianLifter", "GaussianLifter");
  lifter.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, shared.dims);
  checkColumns(lifter);
  const count = lifter.number("num_anchor");
  const { head, voxel } = headOf(model.group("head"), shared);
  return {
    gaussians: {
      count,
      scaleRange: shared.scales as [number, number],
      semantics: COLUMNS - 1,
      opacity: true,
    },
    lifter: {
      kind: "learned",
      trainAnchors: lifter.flag("anchor_grad", true),
      trainFeatures: false,
    },
    encoder: encoderOf(encoder, shared, { levels, cameras }),
    occupancy: { range: shared.range, voxel },
    head: { ...head, supervised: `fixed_${encoder.numbers("return_layer_idx").join("_")}` },
    stream: streamOf(model, { shared, count }),
  };
}

function streamOf(
  model: OptionsReader,
  { shared, count }: { readonly shared: Shared; readonly count: number },
): StreamConfig {
  const encoder = model.group("encoder");
  const refine = encoder.group("refine_layer");
  const stream = {
    ...base.stream,
    temporalBlocks: encoder.number("num_refine_temporal"),
    temporalScale: refine.number("temporal_scale", 1),
    dynamicScale: refine.number("dynamic_scale", 1),
  };
  if (!model.has("future_decoder")) return stream;
  const decoder = model.group("future_decoder");
  decoder.expect("type", "GaussianDecoderStream", "GaussianDecoderStream");
  decoder.agrees("pc_range", `${REFINE}.pc_range`, shared.range);
  decoder.agrees("num_anchor", "model.lifter.num_anchor", count);
  decoder.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, shared.dims);
  const prior = decoder.group("anchor_prior_kwargs");
  checkColumns(prior);
  return { ...stream, train: true, prior: prior.numbers("anchor_resolution", 3) as Triple };
}

/** Which numbers an anchor has, wherever it is said. */
function checkColumns(options: OptionsReader): void {
  options.expect("include_opa", true, true);
  options.expect("semantic_dim", COLUMNS);
  options.expect("temporal_feat_dim", 0, 0);
}

function encoderOf(
  options: OptionsReader,
  { dims, range, scales }: Shared,
  { levels, cameras }: { readonly levels: number; readonly cameras: number | null },
): Encoder {
  options.expect("type", "GaussianEncoder", "GaussianEncoder");
  const blocks = options.number("num_encoder");
  const operations = operationsOf({ order: "world", blocks });
  options.agrees("operation_order", `five steps for each of ${blocks} blocks`, operations);
  const anchors = options.group("anchor_encoder");
  anchors.expect("type", "SparseGaussian3DEncoder", "SparseGaussian3DEncoder");
  anchors.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, dims);
  anchors.expect("include_opa", true, true);
  anchors.expect("semantic_dim", COLUMNS);
  const norm = options.group("norm_layer");
  norm.expect("type", "LN");
  norm.agrees("normalized_shape", `${DEFORMABLE}.embed_dims`, dims);
  const refine = options.group("refine_layer");
  refine.expect("type", "SparseGaussian3DRefinementModule", "SparseGaussian3DRefinementModule");
  refine.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, dims);
  refine.expect("semantic_dim", COLUMNS);
  refine.expect("include_opa", true, true);
  refine.expect("with_empty", true, true);
  return {
    ...base.encoder,
    embedDims: dims,
    blocks,
    ...feedforwardOf(options.group("ffn"), dims),
    ...aggregationOf(options.group("deformable_model"), { levels, cameras, range, scales }),
    ...convolutionOf(options.group("spconv_layer"), { dims, range }),
    unitXyz: refine.numbers("unit_xyz", 3) as Triple,
  };
}

function feedforwardOf(options: OptionsReader, dims: number) {
  options.expect("type", "AsymmetricFFN", "AsymmetricFFN");
  options.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, dims);
  options.agrees("in_channels", `what ${DEFORMABLE} makes`, 2 * dims);
  options.expect("num_fcs", 2, 2);
  options.expect("add_identity", true, true);
  options.group("pre_norm").expect("type", "LN");
  if (options.has("act_cfg")) options.group("act_cfg").expect("type", "ReLU", "ReLU");
  return {
    feedforward: options.number("feedforward_channels"),
    dropout: options.number("ffn_drop", 0),
  };
}

function aggregationOf(
  options: OptionsReader,
  { levels, cameras, range, scales }: {
    readonly levels: number;
    readonly cameras: number | null;
    readonly range: Range;
    readonly scales: readonly number[];
  },
) {
  options.expect("type", "DeformableFeatureAggregation", "DeformableFeatureAggregation");
  options.expect("residual_mode", "cat");
  options.expect("use_camera_embed", true);
  if (cameras === null) options.raw("num_cams");
  else options.expect("num_cams", cameras, cameras);
  options.agrees("num_levels", LEVELS, levels);
  const points = options.group("kps_generator");
  points.expect("type", "SparseGaussian3DKeyPointsGenerator", "SparseGaussian3DKeyPointsGenerator");
  points.agrees("embed_dims", `${DEFORMABLE}.embed_dims`, options.raw("embed_dims"));
  points.agrees("pc_range", `${REFINE}.pc_range`, range);
  points.agrees("scale_range", `${REFINE}.scale_range`, scales);
  points.expect("fix_scale", FIXED_OFFSETS);
  return {
    groups: options.number("num_groups"),
    attentionDropout: options.number("attn_drop", 0),
    recompute: true,
    learnedPoints: points.number("num_learnable_pts"),
    // Ours is the whole width of the range, the original's the half of it.
    learnedPointScale: 2 * points.number("learnable_scale", 1),
  };
}

/** As many convolutions as their kernel sizes are listed. */
function convolutionOf(
  options: OptionsReader,
  { dims, range }: { readonly dims: number; readonly range: Range },
) {
  options.expect("type", "SparseConv3DBlock", "SparseConv3DBlock");
  options.agrees("in_channels", `${DEFORMABLE}.embed_dims`, dims);
  options.agrees("embed_channels", `${DEFORMABLE}.embed_dims`, dims);
  options.agrees("pc_range", `${REFINE}.pc_range`, range);
  const cell = options.numbers("grid_size", 3);
  if (cell.some((size) => size !== cell[0])) options.refuse("grid_size", "cells must be cubes");
  const kernels = options.numbers("kernel_size");
  if (!kernels.length || kernels.some((size) => size !== kernels[0])) {
    options.refuse("kernel_size", "all convolutions must have the same");
  }
  const same = (value: number) => kernels.map(() => value);
  options.expect("stride", same(1), same(1));
  options.expect("padding", same((kernels[0]! - 1) / 2));
  options.expect("dilation", same(1), same(1));
  return {
    cell: cell[0]!,
    kernel: kernels[0]!,
    convolutions: kernels.length,
    outputProjection: options.flag("use_out_proj"),
  };
}

function headOf(options: OptionsReader, { range, scales }: Shared) {
  options.expect("type", "GaussianOccHead", "GaussianOccHead");
  options.expect("empty_label", EMPTY, EMPTY);
  options.expect("num_classes", CLASSES, CLASSES);
  options.expect("with_empty", true);
  options.expect("include_opa", true, true);
  options.expect("semantics_activation", "softplus");
  options.agrees("pc_range", `${REFINE}.pc_range`, range);
  options.agrees("scale_range", `${REFINE}.scale_range`, scales);
  const empty = options.group("empty_args");
  const kernel = options.group("cuda_kwargs");
  return {
    voxel: checkGrid(kernel, range),
    head: {
      kind: "additive",
      scaleMultiplier: kernel.number("scale_multiplier"),
      empty: {
        mean: empty.numbers("mean", 3) as Triple,
        scale: empty.numbers("scale", 3) as Triple,
      },
    },
  } as const;
}
