import type { Gpu } from "../../../../gpu/device.ts";
import { inverseCovariance } from "../../../../gpu/ops/gaussian/covariance.ts";
import { gaussianBoxes } from "../../../../gpu/ops/gaussian/gaussian_boxes.ts";
import { splatVoxelsProb } from "../../../../gpu/ops/gaussian/splat_voxels_prob.ts";
import { backwardAll, noGradient, variable } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { filled } from "../../../filled.ts";

interface Size {
  gaussians: number;
  grid: [number, number, number];
}

const CELL = 0.5;
const CLASSES = 17;

const sizes: Size[] = [6400, 25600].map((gaussians) => ({ gaussians, grid: [200, 200, 16] }));
const small: Size[] = [{ gaussians: 1600, grid: [100, 100, 8] }];
const tiny: Size = { gaussians: 3, grid: [9, 5, 4] };

function make(gpu: Gpu, { gaussians, grid }: Size) {
  const size = grid.map((cells) => cells * CELL);
  const places = { grid: { size: grid, origin: [0, 0, 0] as const, cell: CELL } };
  // Evenly spread over the ground plane, as Gaussians on surfaces roughly are.
  const means = Float32Array.from({ length: 3 * gaussians }, (_, i) => {
    const step = [0.6180339887, 0.7548776662, 0.5698402911][i % 3]!;
    return size[i % 3]! * (Math.floor(i / 3) * step % 1);
  });
  const centres = Tensor.from(gpu, means, [gaussians, 3]);
  const scales = filled(gpu, [gaussians, 3], 0.08, 0.64);
  const { inverse, density } = inverseCovariance(scales, filled(gpu, [gaussians, 4]));
  return {
    inputs: {
      means: centres,
      inverseCovariance: inverse,
      density,
      opacities: filled(gpu, [gaussians], 0, 1),
      semantics: filled(gpu, [gaussians, CLASSES], 0, 1),
      boxes: gaussianBoxes(centres, scales, places.grid, { multiplier: 3, smallest: 1 }),
    },
    places,
  };
}

/** GaussianFormer-2's splat of Gaussians of up to 0.64 m into all voxels of half a metre. */
export const cases = [
  {
    name: "splat_voxels_prob",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { inputs, places } = make(gpu, size);
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => splatVoxelsProb(inputs, places));
      };
    },
  },
  {
    name: "splat_voxels_prob_forward_backward",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { inputs, places } = make(gpu, size);
      const { means, inverseCovariance, density, opacities, semantics } = inputs;
      const leaves = [means, inverseCovariance, density, opacities, semantics].map(variable);
      const voxels = size.grid.reduce((product, cells) => product * cells, 1);
      const [dsemantics, doccupancy] = [filled(gpu, [voxels, CLASSES]), filled(gpu, [voxels])];
      return () => {
        using _scope = gpu.scope();
        const y = splatVoxelsProb(inputs, places);
        backwardAll([y.semantics, y.occupancy], [dsemantics, doccupancy]);
        for (const leaf of leaves) leaf.gradient = null;
      };
    },
  },
];
