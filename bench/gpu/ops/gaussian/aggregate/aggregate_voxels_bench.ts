import { aggregateVoxels } from "../../../../../gpu/ops/gaussian/aggregate/aggregate_voxels.ts";
import { aggregationCases, type AggregationSize, setUp } from "./aggregation_scene.ts";

const sizes: AggregationSize[] = [
  { gaussians: 1600, channels: 18, scale: 0.36, multiplier: 3, grid: [50, 50, 16] },
  { gaussians: 25600, channels: 18, scale: 0.36, multiplier: 3, grid: [200, 200, 16] },
  { gaussians: 144000, channels: 18, scale: 0.2, multiplier: 3, grid: [200, 200, 16] },
];
const tiny: AggregationSize = {
  gaussians: 3,
  channels: 5,
  scale: 0.4,
  multiplier: 3,
  grid: [9, 5, 4],
};

/** Additive aggregation on the whole grid: gs25600_solid and gs144000 of a fresh network. */
export const cases = aggregationCases(
  "aggregate_voxels",
  setUp,
  (inputs, grid) => aggregateVoxels(inputs, { grid }),
  sizes,
  tiny,
);
