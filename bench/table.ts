import type { Group } from "./case.ts";
import { cases as splatStep } from "./end_to_end/splat_step_bench.ts";
import { cases as elementwise } from "./gpu/ops/array/elementwise_bench.ts";
import { cases as move } from "./gpu/ops/array/move_bench.ts";
import { cases as reduce } from "./gpu/ops/array/reduce_bench.ts";
import { cases as deformableAggregation } from "./gpu/ops/camera/deformable/deformable_aggregation_bench.ts";
import { cases as sampleViews } from "./gpu/ops/camera/views/sample_views_bench.ts";
import { cases as farthestPoints } from "./gpu/ops/gaussian/points/farthest_points_bench.ts";
import { cases as rasterize } from "./gpu/ops/gaussian/rasterize/rasterize_bench.ts";
import { cases as rasterStages } from "./gpu/ops/gaussian/rasterize/stages_bench.ts";
import { cases as aggregateVoxels } from "./gpu/ops/gaussian/aggregate/aggregate_voxels_bench.ts";
import { cases as aggregateVoxelsProb } from "./gpu/ops/gaussian/aggregate/aggregate_voxels_prob_bench.ts";
import { cases as aggregateSuperquadrics } from "./gpu/ops/gaussian/superquadric/aggregate_superquadrics_bench.ts";
import { cases as attention } from "./gpu/ops/nn/attention/attention_bench.ts";
import { cases as batchNorm } from "./gpu/ops/nn/norm/batch_norm_bench.ts";
import { cases as conv2d } from "./gpu/ops/nn/conv/conv2d_bench.ts";
import { cases as convTranspose2d } from "./gpu/ops/nn/conv/conv_transpose2d_bench.ts";
import { cases as deformConv2d } from "./gpu/ops/nn/deform_conv/deform_conv2d_bench.ts";
import { cases as dropout } from "./gpu/ops/nn/dropout_bench.ts";
import { cases as layerNorm } from "./gpu/ops/nn/norm/layer_norm_bench.ts";
import { cases as linear } from "./gpu/ops/nn/gemm/linear_bench.ts";
import { cases as matmul } from "./gpu/ops/nn/gemm/matmul_bench.ts";
import { cases as maxPool2d } from "./gpu/ops/nn/conv/max_pool2d_bench.ts";
import { cases as resize2d } from "./gpu/ops/nn/resize2d_bench.ts";
import { cases as softmax } from "./gpu/ops/nn/softmax_bench.ts";
import { cases as sparseConv3d } from "./gpu/ops/sparse/conv/sparse_conv3d_bench.ts";
import { cases as sparseRules } from "./gpu/ops/sparse/rules/sparse_rules_bench.ts";
import { cases as adamw } from "./gpu/optim/adamw_bench.ts";
import { cases as copy } from "./gpu/parallel/copy_bench.ts";
import { cases as radixSort } from "./gpu/parallel/radix_sort_bench.ts";
import { cases as scan } from "./gpu/parallel/scan_bench.ts";
import { cases as segments } from "./gpu/parallel/segments_bench.ts";
import { cases as occupancy } from "./loss/occupancy_bench.ts";
import { cases as renderedVoxels } from "./loss/render/render_voxels_bench.ts";
import { cases as photometric } from "./loss/photometric/photometric_bench.ts";
import { cases as ssim } from "./loss/photometric/ssim_bench.ts";
import { cases as forward } from "./model/occupancy/forward_bench.ts";
import { cases as history } from "./model/occupancy/gaussianworld/history_bench.ts";
import { cases as trainStep } from "./model/occupancy/train_step_bench.ts";

/** Every bench, in the order in which they run; a new one is a file, its import and its place here. */
export const TABLE: readonly Group[] = [
  { folder: "gpu/parallel", cases: [...copy, ...scan, ...radixSort, ...segments] },
  { folder: "gpu/ops/array", cases: [...elementwise, ...move, ...reduce] },
  { folder: "gpu/ops/nn/gemm", cases: [...matmul, ...linear] },
  {
    folder: "gpu/ops/nn/conv",
    cases: [...conv2d, ...convTranspose2d, ...deformConv2d, ...maxPool2d],
  },
  { folder: "gpu/ops/nn/norm", cases: [...batchNorm, ...layerNorm] },
  { folder: "gpu/ops/nn/attention", cases: attention },
  { folder: "gpu/ops/nn", cases: [...softmax, ...dropout, ...resize2d] },
  { folder: "gpu/ops/sparse", cases: [...sparseRules, ...sparseConv3d] },
  { folder: "gpu/ops/camera", cases: [...deformableAggregation, ...sampleViews] },
  { folder: "gpu/ops/gaussian/points", cases: farthestPoints },
  { folder: "gpu/ops/gaussian/aggregate", cases: [...aggregateVoxels, ...aggregateVoxelsProb] },
  { folder: "gpu/ops/gaussian/superquadric", cases: aggregateSuperquadrics },
  { folder: "gpu/ops/gaussian/rasterize", cases: [...rasterStages, ...rasterize] },
  { folder: "model/occupancy/gaussianworld", cases: history },
  { folder: "gpu/optim", cases: adamw },
  { folder: "loss", cases: [...occupancy, ...ssim, ...photometric, ...renderedVoxels] },
  { folder: "end_to_end", cases: splatStep },
  { folder: "forward", cases: forward },
  { folder: "train step", cases: trainStep },
];
