import { splatVoxels } from "../../../../../gpu/ops/gaussian/splat/splat_voxels.ts";
import { setUp, splatCases, type SplatSize } from "./splat_scene.ts";

const sizes: SplatSize[] = [
  { gaussians: 1600, channels: 18, scale: 0.36, multiplier: 3, grid: [50, 50, 16] },
  { gaussians: 25600, channels: 18, scale: 0.36, multiplier: 3, grid: [200, 200, 16] },
  { gaussians: 144000, channels: 18, scale: 0.2, multiplier: 3, grid: [200, 200, 16] },
];
const tiny: SplatSize = {
  gaussians: 3,
  channels: 5,
  scale: 0.4,
  multiplier: 3,
  grid: [9, 5, 4],
};

/** Additive splat on the whole grid: gs25600_solid and gs144000 of a fresh network. */
export const cases = splatCases(
  "splat_voxels",
  setUp,
  (inputs, grid) => splatVoxels(inputs, { grid }),
  sizes,
  tiny,
);
