/**
 * Arrays on the GPU with a tape: the engine, operators with their gradients, building blocks without,
 * optimizers and schedules. It knows no model, no file and no terminal.
 *
 * @module
 */
export type { AdapterName, Capability, LIMITS, Limits, OpenOptions } from "./adapter.ts";
export { Gpu, type GpuLike } from "./device.ts";
export { Kernel, type Snippet, type Uniforms, type Work } from "./kernel.ts";
export { Parameter } from "./parameter.ts";
export type { MemoryUse } from "./pool/pool.ts";
export type { Profiler, ProfileRow } from "./profile.ts";
export { Scope } from "./scope.ts";
export {
  type Backward,
  backward,
  type Gradients,
  noGradient,
  recompute,
  record,
  Tape,
  variable,
} from "./tape.ts";
export { type DType, type HostArrays, Tensor } from "./tensor.ts";
export { TooLargeError } from "./too_large.ts";
export type { Tuning } from "./tuning.ts";

export { argmax } from "./ops/array/reduce/argmax.ts";
export {
  add,
  divide,
  maximum,
  minimum,
  multiply,
  subtract,
} from "./ops/array/elementwise/binary.ts";
export { cumsum, type CumsumOptions } from "./ops/array/reduce/cumsum.ts";
export { max } from "./ops/array/reduce/max.ts";
export { concat } from "./ops/array/move/concat.ts";
export { gatherRows } from "./ops/array/rows/gather_rows.ts";
export { permute, transpose } from "./ops/array/move/permute.ts";
export { normal, uniform } from "./ops/array/elementwise/random.ts";
export { reshape } from "./ops/array/move/reshape.ts";
export { slice } from "./ops/array/move/slice.ts";
export { mean, type ReduceOptions, sum } from "./ops/array/reduce/sum.ts";
export {
  abs,
  addScalar,
  clamp,
  exp,
  gelu,
  log,
  negate,
  reciprocal,
  relu,
  scale,
  sigmoid,
  softplus,
  sqrt,
  square,
  tanh,
} from "./ops/array/elementwise/unary.ts";
export type { Activation } from "./ops/nn/activation.ts";
export type { ConvStep, Pair } from "./ops/nn/conv/conv_geometry.ts";
export type { Tiling } from "./ops/nn/gemm/gemm_plan.ts";
export { conv2d, type Conv2dOptions } from "./ops/nn/conv/conv2d.ts";
export { layerNorm } from "./ops/nn/norm/layer_norm.ts";
export { linear } from "./ops/nn/gemm/linear.ts";
export { matmul, type MatmulOptions } from "./ops/nn/gemm/matmul.ts";
export { packedMatmul, type PackedMatrix } from "./ops/nn/gemm/packed_matmul.ts";
export {
  attention,
  type AttentionOptions,
  type DistanceBias,
} from "./ops/nn/attention/attention.ts";
export { logSoftmax, maskedSoftmax, softmax } from "./ops/nn/softmax.ts";
export {
  deformableAggregation,
  type DeformableInputs,
  type DeformableOptions,
} from "./ops/camera/deformable/deformable_aggregation.ts";
export type { FeatureLevels } from "./ops/camera/feature_levels.ts";
export { chooseViews, type ChosenViews } from "./ops/camera/views/choose_views.ts";
export { sampleViews, type ViewLayout, type ViewSamples } from "./ops/camera/views/sample_views.ts";
export { inverseCovariance } from "./ops/gaussian/covariance.ts";
export { gaussianBoxes } from "./ops/gaussian/boxes/gaussian_boxes.ts";
export type { AggregationInputs, AggregationPlaces } from "./ops/gaussian/aggregate/aggregation.ts";
export { aggregateVoxels, type EmptyGaussian } from "./ops/gaussian/aggregate/aggregate_voxels.ts";
export {
  aggregateVoxelsProb,
  type ProbabilisticAggregation,
} from "./ops/gaussian/aggregate/aggregate_voxels_prob.ts";
export type { VoxelGrid } from "./ops/gaussian/aggregate/voxel_grid.ts";
export {
  aggregateSuperquadrics,
  type SuperquadricInputs,
  type SuperquadricMixture,
  type SuperquadricOptions,
} from "./ops/gaussian/superquadric/aggregate_superquadrics.ts";
export { superquadricBoxes } from "./ops/gaussian/boxes/superquadric_boxes.ts";
export type { RasterCamera, RasterLens } from "./ops/gaussian/rasterize/camera.ts";
export { lookAt } from "./ops/gaussian/rasterize/camera_pose.ts";
export type { Vector } from "./ops/view/vector3.ts";
export type { Accumulation } from "./ops/gaussian/rasterize/blend/blend_backward.ts";
export type { Harmonics, RasterInputs } from "./ops/gaussian/rasterize/inputs.ts";
export { PairBudget } from "./ops/gaussian/rasterize/pair_budget.ts";
export {
  type RasterGradients,
  rasterize,
  type Rasterized,
  rasterizeMeasured,
  type RasterOptions,
} from "./ops/gaussian/rasterize/rasterize.ts";
export {
  type ChannelGaussians,
  rasterizeChannels,
} from "./ops/gaussian/rasterize/rasterize_channels.ts";
export type {
  Projection,
  UnscentedTransform,
} from "./ops/gaussian/rasterize/project/projections/projections.ts";
export { rasterizeRecords } from "./ops/gaussian/rasterize/records/rasterize_records.ts";
export {
  type ScreenRecords,
  showGaussians,
  type Shown,
  shownBackward,
} from "./ops/gaussian/rasterize/records/screen_records.ts";
export {
  sparseConv3d,
  type SparseConvMode,
  type SparseConvOptions,
} from "./ops/sparse/conv/sparse_conv3d.ts";
export {
  type SparseRules,
  sparseRules,
  type SparseRulesOptions,
} from "./ops/sparse/rules/sparse_rules.ts";
export { compact, type Compacted } from "./parallel/compact.ts";
export { type GroupOptions, indirectGroups } from "./parallel/indirect_groups.ts";
export { radixSort, type SortedPairs, type SortOptions } from "./parallel/radix_sort.ts";
export { exclusiveScan, inclusiveScan, type ScanOptions } from "./parallel/scan.ts";
export { segmentOffsets, segmentSum } from "./parallel/segments.ts";
export { f32FromSortable, sortableFromF32, type SortDirection } from "./parallel/sortable.ts";
export {
  type BlockMoments,
  type CodeBits,
  quantiseMoments,
  restoreMoments,
} from "./ops/moments/block_moments.ts";
export {
  adamw,
  type AdamWOptions,
  type ParameterGroup,
  type SteppedParameter,
} from "./optim/adamw.ts";
export {
  clipNorm,
  type ClippedNorm,
  type Pieces,
  piecesOf,
  type PieceView,
} from "./optim/clip_norm.ts";
export { FlatParameters } from "./optim/flat_parameters.ts";
export { expand } from "./ops/array/reduce/expand.ts";
export { putRows } from "./ops/array/rows/put_rows.ts";
export { scatterAddRows } from "./ops/array/rows/scatter_add_rows.ts";
export { dropout } from "./ops/nn/dropout.ts";
export { convTranspose2d, type ConvTranspose2dOptions } from "./ops/nn/conv/conv_transpose2d.ts";
export { maxPool2d, type MaxPool2dOptions } from "./ops/nn/conv/max_pool2d.ts";
export {
  deformConv2d,
  type DeformConv2dOptions,
  type DeformPlaces,
} from "./ops/nn/deform_conv/deform_conv2d.ts";
export {
  batchNorm2d,
  type BatchNormOptions,
  type BatchNormValues,
} from "./ops/nn/norm/batch_norm.ts";
export { resize2d, type ResizeMode } from "./ops/nn/resize2d.ts";
export { projectPoints } from "./ops/camera/rays/project_points.ts";
export { compositeImage } from "./ops/camera/pictures/composite_image.ts";
export { normalizeImages, type NormalizeOptions } from "./ops/camera/pictures/normalize_images.ts";
export { farthestPoints } from "./ops/gaussian/points/farthest_points.ts";
export { rotationMatrix } from "./ops/gaussian/rotation.ts";
export { aggregateOccupancy } from "./ops/gaussian/aggregate/aggregate_occupancy.ts";
export type { Stage } from "./ops/view/stage.ts";
export { type Ellipsoids, ellipsoidView } from "./ops/view/ellipsoid_view.ts";
export { type ViewCamera, type ViewGrid, voxelView } from "./ops/view/voxel_view.ts";
export {
  constant,
  exponential,
  multiStep,
  type Schedule,
  warmupCosine,
} from "./optim/schedules.ts";
export { sparseAdam } from "./optim/sparse_adam.ts";
export { drawByWeight } from "./parallel/draw/draw_by_weight.ts";
export { type AxesOf, checkShapes, type NamesOf, type Shaped, type Sizes } from "./shape.ts";
