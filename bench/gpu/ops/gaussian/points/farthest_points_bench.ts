import type { Gpu } from "../../../../../gpu/device.ts";
import { farthestPoints } from "../../../../../gpu/ops/gaussian/points/farthest_points.ts";
import { filled } from "../../../../filled.ts";

interface Size {
  points: number;
  samples: number;
}

/** GaussianFormer-2's three presets with as many points as a street scene leaves, and with all pixels. */
const sizes: Size[] = [
  { points: 5000, samples: 500 },
  { points: 60_000, samples: 4000 },
  { points: 60_000, samples: 6400 },
  { points: 129_600, samples: 19_200 },
];

/** Farthest point sampling: eight operations for each distance. */
export const cases = [{
  name: "farthest_points",
  sizes,
  tiny: { points: 40, samples: 7 },
  run(gpu: Gpu, { points, samples }: Size): () => void {
    const cloud = filled(gpu, [points, 3]);
    return () => {
      using _step = gpu.scope();
      farthestPoints(cloud, { samples });
    };
  },
  flops: ({ points, samples }: Size): number => 8 * points * samples,
}];
