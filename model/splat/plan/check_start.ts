import type { ShDegree } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { pairLimit } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import type { SplatConfig } from "../config.ts";
import { Gaussians } from "../gaussians.ts";
import type { Shot } from "../scene/shot.ts";
import type { StartSource } from "../training/start_source.ts";
import { fullestView } from "./fullest_view.ts";
import { checkGaussians, checkPairs, checkPictures } from "./limits.ts";
import { checkMemory, type MemoryRoom, type TrainingSizes } from "./training_plan.ts";

/** Gaussians whose pairs stand for those of all, and views that are looked at. */
const SAMPLE = 16_384;
const SAMPLED_VIEWS = 8;
/** An estimate is off by a few in a hundred; the exact count follows and has the last word. */
const SAMPLING_ERROR = 1.25;

/**
 * Refuses what an adapter and a machine cannot train, by count of Gaussians, size of pictures, pairs of
 * Gaussian and tile, and memory, before the start is made; returns what it was checked by. Pairs are
 * estimated from a sample of the Gaussians.
 */
export async function checkStart(
  gpu: Gpu,
  source: StartSource,
  { config: whole, shots, budgets, room, owners = 1 }: {
    readonly config: SplatConfig;
    /** Processes that the Gaussians are spread over. */
    readonly owners?: number;
    readonly shots: readonly Shot[];
    /** Bytes of pictures that may stay on the GPU, and beside it. */
    readonly budgets: { readonly gpu: number; readonly host: number };
    readonly room: MemoryRoom | null;
  },
): Promise<TrainingSizes> {
  const own = (gaussians: number) => Math.ceil(gaussians / owners);
  const config = { ...whole, max_gaussians: own(whole.max_gaussians) };
  const degree = config.sh_degree as ShDegree;
  checkGaussians(gpu, degree, Math.max(own(source.count), config.max_gaussians));
  checkPictures(gpu, shots);
  const sizes = shots.map(({ camera }) => camera.width * camera.height);
  const bytes = sizes.reduce((sum, size) => sum + 4 * size, 0);
  const depths = shots.reduce(
    (sum, { inverseDepth }, i) => sum + (inverseDepth ? 4 * sizes[i]! : 0),
    0,
  );
  const known = {
    config,
    shots,
    start: own(source.count),
    pictures: Math.min(budgets.gpu, bytes),
    decoded: Math.min(budgets.host, bytes + depths),
  };
  if (room) await checkMemory(gpu, { ...known, pairs: 0 }, room);
  const some = new Gaussians(gpu, source.some(SAMPLE));
  try {
    const seen = await fullestView(some, shots, { config, most: SAMPLED_VIEWS });
    const pairs = Math.round(seen.pairs * source.count / Math.max(1, some.count));
    if (pairs > SAMPLING_ERROR * pairLimit(gpu)) {
      checkPairs(gpu, { ...seen, pairs }, { gaussians: source.count });
    }
    const checked = { ...known, pairs };
    if (room) await checkMemory(gpu, checked, room);
    return checked;
  } finally {
    some.release();
  }
}
