import { splatVoxelsProb } from "../../../../../gpu/ops/gaussian/splat/splat_voxels_prob.ts";
import { setUp, splatCases, type SplatSize } from "./splat_scene.ts";

const sizes: SplatSize[] = [
  { gaussians: 400, channels: 17, scale: 1.6, multiplier: 4, grid: [50, 50, 16] },
  { gaussians: 6400, channels: 17, scale: 1.6, multiplier: 4, grid: [200, 200, 16] },
  { gaussians: 12800, channels: 17, scale: 1.25, multiplier: 5, grid: [200, 200, 16] },
  { gaussians: 25600, channels: 17, scale: 0.9, multiplier: 4, grid: [200, 200, 16] },
];
const tiny: SplatSize = {
  gaussians: 3,
  channels: 5,
  scale: 0.4,
  multiplier: 3,
  grid: [9, 5, 4],
};

/** Probabilistic splat on the whole grid: the three prob presets of a fresh network. */
export const cases = splatCases(
  "splat_voxels_prob",
  setUp,
  (inputs, grid) => splatVoxelsProb(inputs, { grid }).semantics,
  sizes,
  tiny,
);
