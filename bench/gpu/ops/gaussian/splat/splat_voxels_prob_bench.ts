import type { Gpu } from "../../../../../gpu/device.ts";
import { splatVoxelsProb } from "../../../../../gpu/ops/gaussian/splat/splat_voxels_prob.ts";
import { backward, noGradient } from "../../../../../gpu/tape.ts";
import { gridOf, setUp, splatFlops, type SplatSize } from "./splat_scene.ts";

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
export const cases = [
  {
    name: "splat_voxels_prob",
    sizes,
    small: sizes.slice(0, 1),
    tiny,
    run(gpu: Gpu, size: SplatSize): () => void {
      const { dy: _, ...inputs } = setUp(gpu, size);
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => splatVoxelsProb(inputs, { grid: gridOf(size) }));
      };
    },
    flops: (size: SplatSize): number => splatFlops(size, 1),
  },
  {
    name: "splat_voxels_prob_forward_backward",
    sizes,
    small: sizes.slice(0, 1),
    tiny,
    run(gpu: Gpu, size: SplatSize): () => void {
      const { dy, ...inputs } = setUp(gpu, size);
      return () => {
        using _scope = gpu.scope();
        backward(splatVoxelsProb(inputs, { grid: gridOf(size) }).semantics, dy);
        for (const input of Object.values(inputs)) input.gradient = null;
      };
    },
    flops: (size: SplatSize): number => splatFlops(size, 3),
  },
];
