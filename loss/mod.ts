/**
 * Losses, each one number on the GPU with its gradient.
 *
 * @module
 */
export { l1 } from "./photometric/l1.ts";
export { type IouCounts, type IouResults, MeanIou } from "./mean_iou.ts";
export { occupancyLoss, type OccupancyOptions, type OccupancyWeights } from "./occupancy_loss.ts";
export { type Photometric, photometric } from "./photometric/photometric.ts";
export { ssim } from "./photometric/ssim.ts";
export { lovaszSoftmax } from "./overlap/lovasz_softmax.ts";
export { type ClassLossOptions, crossEntropy } from "./voxels/cross_entropy.ts";
export { focal, type FocalOptions } from "./voxels/focal.ts";
export type { Mask } from "./voxels/masked_labels.ts";
