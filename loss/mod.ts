/**
 * Losses, each one number on the GPU with its gradient.
 *
 * @module
 */
export { l1 } from "./photometric/l1.ts";
export { maskedL1 } from "./photometric/masked_l1.ts";
export { binocularL1, disparityL1, pearsonLoss } from "./depth/depth_losses.ts";
export { Confusion } from "./metrics/confusion.ts";
export { type Occ3dMiou, occ3dMiou } from "./metrics/occ3d_miou.ts";
export type { FirstHits, RayGrid } from "./metrics/ray_iou/first_hit.ts";
export {
  RAY_THRESHOLDS,
  type RayCounts,
  RayIou,
  type RayIouResults,
} from "./metrics/ray_iou/ray_iou.ts";
export { rayDirections } from "./metrics/ray_iou/rays.ts";
export { type SceneCompletion, sceneCompletion } from "./metrics/scene_completion.ts";
export { type StreamMiou, streamMiou } from "./metrics/stream_miou.ts";
export {
  type IouCounts,
  type IouResults,
  MeanIou,
  type MeanIouOptions,
  type ReferenceIou,
} from "./mean_iou.ts";
export { occupancyLoss, type OccupancyOptions, type OccupancyWeights } from "./occupancy_loss.ts";
export { type Photometric, photometric } from "./photometric/photometric.ts";
export { ssim } from "./photometric/ssim.ts";
export { lovaszSoftmax } from "./overlap/lovasz_softmax.ts";
export { type ClassLossOptions, crossEntropy } from "./voxels/cross_entropy.ts";
export { type ChamferOptions, voxelChamfer } from "./points/voxel_chamfer.ts";
export { focal, type FocalOptions } from "./voxels/focal.ts";
export type { Mask } from "./voxels/masked_labels.ts";
export { binaryCrossEntropy } from "./binary/binary_cross_entropy.ts";
export { pixelDistribution } from "./binary/pixel_distribution.ts";
export { frequencyWeights, normalizeWeights } from "./class_weights.ts";
export { dice } from "./overlap/dice.ts";
export { type AffinityOptions, geoScal, semScal } from "./overlap/scal.ts";
export { featureDistance } from "./photometric/feature_distance.ts";
export { nllOnProbabilities } from "./voxels/nll.ts";
export { type RenderLoss, renderLoss } from "./render/render_loss.ts";
export { type RenderView, viewFromAbove } from "./render/render_view.ts";
export {
  type RenderedPair,
  type RenderedVoxels,
  renderVoxels,
  type VoxelPicture,
} from "./render/render_voxels.ts";
export { sharpenedOpacity } from "./render/sharpened_opacity.ts";
export { type Term, weightedTotal } from "./weighted_total.ts";
