import { PHOTOMETRIC_FLOATS } from "../../../data/occupancy/photometric.ts";
import { maskOf } from "../../../data/occupancy/coarsen.ts";
import type { Pipeline, Sample } from "../../../data/occupancy/sample.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { coarsening, type ModelConfig } from "../config/model_config.ts";
import type { CameraBatch } from "../network/occupancy_network.ts";

/** A key frame on the GPU with its labels. */
export interface LabelledBatch extends CameraBatch {
  /** u32 [voxels]: labels of the task. */
  readonly labels: Tensor;
  /** u32 [voxels]: 1 where the label counts. */
  readonly mask: Tensor;
}

/** How a configuration wants its samples made from files. */
export function pipelineOf(config: ModelConfig): Pipeline {
  const { width, height, fit, flip, flipEach, photometric, resize, bottom, evalBottom, rotate } =
    config.image;
  const factor = coarsening(config);
  return {
    task: config.task,
    geometry: {
      imageSize: [width, height],
      fit,
      scale: [...resize],
      bottom: [...bottom],
      evalBottom,
      flip: flip && flipEach ? "each" : flip,
      rotate: [...rotate],
    },
    photometric,
    ...(factor > 1 ? { coarsen: [factor, factor, factor] as [number, number, number] } : {}),
  };
}

/**
 * Uploads a sample with its labels; the tensors belong to the current scope. Unless `masked`, the mask
 * leaves out nothing but ignored labels.
 */
export function uploadSample(
  gpu: Gpu,
  sample: Sample,
  config: ModelConfig,
  { masked = true }: { readonly masked?: boolean } = {},
): LabelledBatch {
  const mask = masked ? sample.mask : maskOf(sample.labels, config.task);
  return {
    ...uploadCameras(gpu, sample, config),
    labels: Tensor.from(gpu, Uint32Array.from(sample.labels)),
    mask: Tensor.from(gpu, Uint32Array.from(mask)),
  };
}

/** Uploads the pictures of a sample; the tensors belong to the current scope. */
export function uploadCameras(
  gpu: Gpu,
  sample: Sample,
  config: ModelConfig,
): CameraBatch {
  const { width, height } = config.image;
  const cameras = sample.imageWh.length / 2;
  return {
    images: Tensor.from(gpu, sample.images, [cameras, height, width, 3]),
    projection: Tensor.from(gpu, sample.projection, [cameras, 4, 4]),
    imageSize: Tensor.from(gpu, sample.imageWh, [cameras, 2]),
    moment: sample.moment,
    distortion: sample.photometric &&
      Tensor.from(gpu, sample.photometric, [cameras, PHOTOMETRIC_FLOATS]),
  };
}
