/**
 * Losses, each one number on the GPU with its gradient.
 *
 * @module
 */
export { l1 } from "./l1.ts";
export { MeanIou } from "./mean_iou.ts";
export { occupancyLoss } from "./occupancy_loss.ts";
export { type Photometric, photometric } from "./photometric.ts";
export { ssim } from "./ssim.ts";
export { lovaszSoftmax } from "./overlap/lovasz_softmax.ts";
export { crossEntropy } from "./voxels/cross_entropy.ts";
export { focal } from "./voxels/focal.ts";
