import type { LifterConfig } from "./anchor_config.ts";
import type { ModelConfig } from "./model_config.ts";

/** How large a model for a first look may be. */
export interface QuickSize {
  /** Pixels of a picture across. */
  readonly width: number;
  /** Gaussians. */
  readonly gaussians: number;
  /** Voxels along the grid's longest edge. */
  readonly voxels: number;
}

// A Gaussian's deviations in voxels: smaller ones pass between the centres, larger ones are mist.
const LEAST_SCALE = 0.15;
const LARGEST_SCALE = 1.5;

/**
 * A model for a first look: the same layers on smaller pictures, with fewer and larger Gaussians and coarser
 * voxels. What is no larger than asked for stays as it is.
 */
export function quickModel<Config extends ModelConfig>(config: Config, size: QuickSize): Config {
  const { image, occupancy, gaussians } = config;
  const divide = factorOf(image.width, size.width);
  const smaller = {
    ...config,
    image: {
      ...image,
      width: Math.round(image.width / divide),
      height: Math.round(image.height / divide),
    },
  };
  // Others hold their primitives elsewhere, and are small already.
  if (!("lifter" in config && "encoder" in config)) return smaller;
  const { task: { grid } } = config;
  const coarser = factorOf(Math.max(...grid.dims) * grid.voxel / occupancy.voxel, size.voxels);
  const voxel = occupancy.voxel * coarser;
  const fewer = Math.max(1, gaussians.count / size.gaussians);
  const [least, largest] = gaussians.scaleRange;
  const lifter = config.lifter as LifterConfig;
  const encoder = config.encoder as { readonly cell: number };
  return {
    ...smaller,
    gaussians: {
      ...gaussians,
      count: Math.floor(gaussians.count / fewer),
      scaleRange: [
        Math.max(least, LEAST_SCALE * voxel),
        Math.max(largest, LARGEST_SCALE * voxel),
      ],
    },
    lifter: lifter.kind === "sampled"
      ? { ...lifter, count: Math.floor(lifter.count / fewer) }
      : lifter,
    encoder: { ...encoder, cell: Math.max(encoder.cell, voxel) },
    occupancy: { ...occupancy, voxel },
  };
}

/** The smallest power of two by which a size is no more than `most`. */
function factorOf(size: number, most: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(size / most) - 1e-9));
}
