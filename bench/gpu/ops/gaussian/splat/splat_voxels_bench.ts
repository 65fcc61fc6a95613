import type { Gpu } from "../../../../../gpu/device.ts";
import { splatVoxels } from "../../../../../gpu/ops/gaussian/splat/splat_voxels.ts";
import { backward, noGradient } from "../../../../../gpu/tape.ts";
import { gridOf, setUp, splatFlops, type SplatSize } from "./splat_scene.ts";

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
export const cases = [
  {
    name: "splat_voxels",
    sizes,
    small: sizes.slice(0, 1),
    tiny,
    run(gpu: Gpu, size: SplatSize): () => void {
      const { dy: _, ...inputs } = setUp(gpu, size);
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => splatVoxels(inputs, { grid: gridOf(size) }));
      };
    },
    flops: (size: SplatSize): number => splatFlops(size, 1),
  },
  {
    name: "splat_voxels_forward_backward",
    sizes,
    small: sizes.slice(0, 1),
    tiny,
    run(gpu: Gpu, size: SplatSize): () => void {
      const { dy, ...inputs } = setUp(gpu, size);
      return () => {
        using _scope = gpu.scope();
        backward(splatVoxels(inputs, { grid: gridOf(size) }), dy);
        for (const input of Object.values(inputs)) input.gradient = null;
      };
    },
    flops: (size: SplatSize): number => splatFlops(size, 3),
  },
];
