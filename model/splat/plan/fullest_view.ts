import { countPairs, drawSplats } from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { noGradient } from "../../../gpu/tape.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import type { SplatConfig } from "../config.ts";
import { rasterOptions } from "../draw.ts";
import type { Gaussians } from "../gaussians.ts";
import type { Shot } from "../scene/shot.ts";
import type { FullestView } from "./limits.ts";

/**
 * Counts the pairs of a Gaussian and a tile in up to `most` views, spread over all of them; those of all
 * `ranks` where each has a part of the Gaussians.
 */
export async function fullestView(
  gaussians: Gaussians,
  shots: readonly Shot[],
  { config, most, ranks = ONE_RANK }: {
    readonly config: SplatConfig;
    readonly most: number;
    readonly ranks?: Ranks;
  },
): Promise<FullestView> {
  const { gpu } = gaussians;
  const step = Math.max(1, Math.ceil(shots.length / most));
  const looked = shots.filter((_, i) => i % step === 0);
  const counts = new Float64Array(looked.length);
  for (const [i, { camera }] of looked.entries()) {
    using _scope = gpu.scope();
    const splats = noGradient(
      gpu,
      () => drawSplats(gaussians.inputs(), camera, rasterOptions(config)),
    );
    counts[i] = await countPairs(splats);
  }
  await ranks.sum(counts);
  const pairs = counts.reduce((most, count) => Math.max(most, count), 0);
  const view = looked[Math.max(0, counts.indexOf(pairs))]?.name ?? "";
  return { view, pairs, views: looked.length };
}
