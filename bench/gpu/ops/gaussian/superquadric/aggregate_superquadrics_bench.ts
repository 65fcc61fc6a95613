import type { Gpu } from "../../../../../gpu/device.ts";
import {
  aggregateSuperquadrics,
} from "../../../../../gpu/ops/gaussian/superquadric/aggregate_superquadrics.ts";
import { gaussianBoxes } from "../../../../../gpu/ops/gaussian/boxes/gaussian_boxes.ts";
import { variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { filled } from "../../../../filled.ts";
import {
  aggregationCases,
  type AggregationSize,
  gridOf,
  setUp,
} from "../aggregate/aggregation_scene.ts";

const sizes: AggregationSize[] = [
  { gaussians: 400, channels: 18, scale: 1.6, multiplier: 4, grid: [50, 50, 16] },
  { gaussians: 1600, channels: 18, scale: 1.6, multiplier: 3, grid: [200, 200, 16] },
  { gaussians: 6400, channels: 18, scale: 1.6, multiplier: 5, grid: [200, 200, 16] },
  { gaussians: 12800, channels: 18, scale: 1.25, multiplier: 5, grid: [200, 200, 16] },
];
const tiny: AggregationSize = {
  gaussians: 3,
  channels: 5,
  scale: 0.4,
  multiplier: 3,
  grid: [9, 5, 4],
};

/** The Gaussians' scene, turned about z, with exponents of a fresh network: all 1.05. */
function superquadrics(gpu: Gpu, size: AggregationSize) {
  const { means, opacities, semantics, dy } = setUp(gpu, size);
  const count = size.gaussians;
  const turns = new Float32Array(9 * count);
  for (let g = 0; g < count; g++) {
    const [c, s] = [Math.cos(g), Math.sin(g)];
    turns.set([c, -s, 0, s, c, 0, 0, 0, 1], 9 * g);
  }
  const scales = variable(filled(gpu, [count, 3], size.scale, size.scale));
  return {
    means,
    rotations: variable(Tensor.from(gpu, turns, [count, 9])),
    scales,
    exponents: variable(filled(gpu, [count, 2], 1.05, 1.05)),
    opacities,
    semantics,
    boxes: gaussianBoxes(means, scales, gridOf(size), {
      multiplier: size.multiplier,
      smallest: 1,
    }),
    dy,
  };
}

/** Superquadrics on the whole grid: the sizes of QuadricFormer, after one beside the Gaussians'. */
export const cases = aggregationCases(
  "aggregate_superquadrics",
  superquadrics,
  (inputs, grid) => aggregateSuperquadrics(inputs, { grid }).semantics,
  sizes,
  tiny,
);
