import { aggregateVoxelsProb } from "../../../../../gpu/ops/gaussian/aggregate/aggregate_voxels_prob.ts";
import { aggregationCases, type AggregationSize, setUp } from "./aggregation_scene.ts";

const sizes: AggregationSize[] = [
  { gaussians: 400, channels: 17, scale: 1.6, multiplier: 4, grid: [50, 50, 16] },
  { gaussians: 6400, channels: 17, scale: 1.6, multiplier: 4, grid: [200, 200, 16] },
  { gaussians: 12800, channels: 17, scale: 1.25, multiplier: 5, grid: [200, 200, 16] },
  { gaussians: 25600, channels: 17, scale: 0.9, multiplier: 4, grid: [200, 200, 16] },
];
const tiny: AggregationSize = {
  gaussians: 3,
  channels: 5,
  scale: 0.4,
  multiplier: 3,
  grid: [9, 5, 4],
};

/** Probabilistic aggregation on the whole grid: the three prob presets of a fresh network. */
export const cases = aggregationCases(
  "aggregate_voxels_prob",
  setUp,
  (inputs, grid) => aggregateVoxelsProb(inputs, { grid }).semantics,
  sizes,
  tiny,
);
