/**
 * Arrays on the GPU with a tape: the engine and the operators that a program may import.
 *
 * @module
 */
export type { AdapterName, Capability, Limits, OpenOptions } from "./adapter.ts";
export { Gpu } from "./device.ts";
export { Kernel } from "./kernel.ts";
export { Parameter } from "./parameter.ts";
export type { ProfileRow } from "./profile.ts";
export { Scope } from "./scope.ts";
export { backward, noGradient, record, variable } from "./tape.ts";
export { type DType, Tensor } from "./tensor.ts";

export { argmax } from "./ops/array/argmax.ts";
export { add, divide, maximum, minimum, multiply, subtract } from "./ops/array/binary.ts";
export { concat } from "./ops/array/concat.ts";
export { gatherRows } from "./ops/array/gather_rows.ts";
export { permute, transpose } from "./ops/array/permute.ts";
export { normal, uniform } from "./ops/array/random.ts";
export { reshape } from "./ops/array/reshape.ts";
export { slice } from "./ops/array/slice.ts";
export { mean, sum } from "./ops/array/sum.ts";
export { exp, log, relu, sigmoid, softplus, sqrt } from "./ops/array/unary.ts";
export { conv2d } from "./ops/nn/conv2d.ts";
export { layerNorm } from "./ops/nn/layer_norm.ts";
export { linear } from "./ops/nn/linear.ts";
export { matmul } from "./ops/nn/matmul.ts";
export { softmax } from "./ops/nn/softmax.ts";
export { deformableAggregation } from "./ops/camera/deformable_aggregation.ts";
export { inverseCovariance } from "./ops/gaussian/covariance.ts";
export { gaussianBoxes } from "./ops/gaussian/gaussian_boxes.ts";
export { splatVoxels } from "./ops/gaussian/splat_voxels.ts";
export { type ProbabilisticSplat, splatVoxelsProb } from "./ops/gaussian/splat_voxels_prob.ts";
export type { VoxelGrid } from "./ops/gaussian/voxel_grid.ts";
export type { RasterCamera } from "./ops/gaussian/rasterize/camera.ts";
export { lookAt } from "./ops/gaussian/rasterize/camera_pose.ts";
export type { RasterInputs } from "./ops/gaussian/rasterize/inputs.ts";
export {
  rasterize,
  type Rasterized,
  rasterizeMeasured,
  type RasterOptions,
} from "./ops/gaussian/rasterize/rasterize.ts";
export { sparseConv3d } from "./ops/sparse/sparse_conv3d.ts";
export { sparseRules } from "./ops/sparse/sparse_rules.ts";
export { adamw } from "./optim/adamw.ts";
export { clipNorm } from "./optim/clip_norm.ts";
