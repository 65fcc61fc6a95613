import { countPairs, drawSplats } from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { noGradient } from "../../../gpu/tape.ts";
import type { SplatConfig } from "../config.ts";
import { rasterOptions } from "../draw.ts";
import type { Gaussians } from "../gaussians.ts";
import type { Shot } from "../scene/shot.ts";
import type { FullestView } from "./limits.ts";

/** Counts the pairs of a Gaussian and a tile in up to `most` views, spread over all of them. */
export async function fullestView(
  gaussians: Gaussians,
  shots: readonly Shot[],
  { config, most }: { readonly config: SplatConfig; readonly most: number },
): Promise<FullestView> {
  const { gpu } = gaussians;
  const step = Math.max(1, Math.ceil(shots.length / most));
  const looked = shots.filter((_, i) => i % step === 0);
  let fullest = { view: looked[0]?.name ?? "", pairs: 0 };
  for (const { name, camera } of looked) {
    using _scope = gpu.scope();
    const splats = noGradient(
      gpu,
      () => drawSplats(gaussians.inputs(), camera, rasterOptions(config)),
    );
    const pairs = await countPairs(splats);
    if (pairs > fullest.pairs) fullest = { view: name, pairs };
  }
  return { ...fullest, views: looked.length };
}
