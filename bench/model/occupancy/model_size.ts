import type { GaussianFormerConfig } from "../../../model/occupancy/gaussianformer/config/config.ts";
import { gridDims } from "../../../model/occupancy/config/model_config.ts";
import { presets } from "../../../model/occupancy/gaussianformer/config/presets.ts";
import type { ResNetConfig } from "../../../model/backbone/resnet_config.ts";

/** A preset, or the same with `shrunk` times fewer pixels across and down, a quarter as wide. */
export interface ModelSize {
  readonly preset: keyof typeof presets;
  readonly shrunk?: number;
}

/** The five models and the demo's. */
export const sizes: readonly ModelSize[] = (Object.keys(presets) as (keyof typeof presets)[])
  .map((preset) => ({ preset }));

/** The demo, and a model of each kind so small that a software adapter takes a second or two. */
export const small: readonly ModelSize[] = [
  { preset: "demo" },
  { preset: "nuscenes_gs25600_solid", shrunk: 8 },
  { preset: "prob/nuscenes_gs6400", shrunk: 8 },
];

/** For tests; a sampled start takes a model that has one. */
export const tiny: ModelSize = { preset: "demo" };
export const tinySampled: ModelSize = { preset: "prob/nuscenes_gs6400", shrunk: 16 };

const CAMERAS = 6;

/** The configuration of a size: a shrunk one keeps its depth, order and kernels. */
export function configOfSize({ preset, shrunk = 1 }: ModelSize): GaussianFormerConfig {
  const config: GaussianFormerConfig = presets[preset];
  if (shrunk === 1) return config;
  const { image, backbone, lifter, gaussians, encoder, occupancy } = config;
  const count = (gaussians: number) => Math.ceil(gaussians / shrunk ** 2 / 4);
  const thin = (backbone: ResNetConfig) => ({
    ...backbone,
    stemChannels: backbone.stemChannels / 4,
    baseChannels: backbone.baseChannels / 4,
  });
  // Multiples of 32: SECOND's neck needs maps that fit each other.
  const shorter = (extent: number) => Math.max(1, Math.round(extent / shrunk / 32)) * 32;
  return {
    ...config,
    image: { ...image, width: shorter(image.width), height: shorter(image.height) },
    backbone: thin(backbone),
    gaussians: { ...gaussians, count: count(gaussians.count), scaleRange: [0.5, 3] },
    lifter: lifter.kind === "learned" ? lifter : {
      ...lifter,
      count: count(lifter.count),
      neckChannels: lifter.neckChannels / 4,
      backbone: thin(lifter.backbone),
    },
    encoder: {
      ...encoder,
      embedDims: encoder.embedDims / 4,
      feedforward: encoder.feedforward / 4,
      cell: 2,
    },
    occupancy: { ...occupancy, voxel: 2 },
  };
}

/** Six cameras in a ring, level and 1.5 m up: lidar to pixels [6, 4, 4]. */
export function ringOfCameras({ image: { width, height } }: GaussianFormerConfig): Float32Array {
  const [f, x, y] = [0.8 * width, width / 2, height / 2];
  return Float32Array.from(
    Array.from({ length: CAMERAS }, (_, camera) => {
      const [c, s] = [Math.cos(camera * Math.PI / 3), Math.sin(camera * Math.PI / 3)];
      const across = [f * s + x * c, -f * c + x * s, 0, 0];
      return [...across, y * c, y * s, -f, 1.5 * f, c, s, 0, 0, 0, 0, 0, 1];
    }).flat(),
  );
}

/** Numbers that say how large a model's tensors are. */
export function extentsOf(config: GaussianFormerConfig) {
  const { width, height } = config.image;
  const strides = [8, 16, 32, 64];
  return {
    cameras: CAMERAS,
    width,
    height,
    levels: strides.map((stride) =>
      [Math.ceil(height / stride), Math.ceil(width / stride)] as const
    ),
    voxels: gridDims(config.occupancy).reduce((a, b) => a * b),
  };
}
