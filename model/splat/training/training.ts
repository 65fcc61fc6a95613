import type { Gpu } from "../../../gpu/device.ts";
import { AgreedWishes } from "../../run/ranks/agreed_wishes.ts";
import { ONE_RANK } from "../../run/ranks/ranks.ts";
import { MemoryStore } from "../../run/memory_store.ts";
import { run, type RunOptions } from "../../run/run.ts";
import { checkConfig } from "../config.ts";
import { SplatTrainee } from "./splat_trainee.ts";
import type { SplatTrainOptions } from "./splat_training.ts";
import type { SplatEvent } from "./train_events.ts";

/** Iterations between readings of the figures. */
const LOG_EVERY = 10;

/** Trains Gaussians on pictures (3DGS, Kerbl et al. 2023) and tells what happens. */
export async function* trainSplat(
  gpu: Gpu,
  options: SplatTrainOptions,
): AsyncGenerator<SplatEvent, void, void> {
  checkConfig(options.config);
  const { folder, ranks = ONE_RANK } = options;
  const begin = () => ({ add: () => {}, close: () => {} });
  const wishes = wishesOf(options);
  const { stop, saveNow } = wishes ?? options;
  yield* run<SplatEvent, SplatTrainee>(gpu, {
    ...scheduleOf({ ...options, stop, saveNow }),
    files: folder === undefined || ranks.rank > 0
      ? undefined
      : { folder, kind: "splat", rows: {}, begin },
    store: options.onCheckpoint && new MemoryStore("splat", options.onCheckpoint),
    prepare: async function* () {
      return await SplatTrainee.make(gpu, options, wishes);
    },
  });
}

/** What is asked of ranks, as all of them understand it; null of one process. */
export function wishesOf(
  options: Pick<SplatTrainOptions, "ranks" | "stop" | "saveNow">,
): AgreedWishes | null {
  const { ranks = ONE_RANK } = options;
  return ranks.size > 1 ? new AgreedWishes(ranks, options) : null;
}

function isSpread({ config, ranks }: Pick<SplatTrainOptions, "config" | "ranks">): boolean {
  return config.shard_gaussians && (ranks?.size ?? 1) > 1;
}

/** When a training of Gaussians does what it does not do at every iteration. */
export function scheduleOf(
  options: Pick<
    SplatTrainOptions,
    | "config"
    | "testIterations"
    | "saveIterations"
    | "checkpointIterations"
    | "keeper"
    | "ranks"
    | "stop"
    | "saveNow"
  >,
): Omit<RunOptions<SplatEvent, SplatTrainee>, "prepare" | "files"> {
  const among = (iterations: readonly number[] = []) => {
    const set = new Set(iterations);
    return (iteration: number) => set.has(iteration);
  };
  return {
    steps: options.config.iterations,
    logEvery: LOG_EVERY,
    evaluates: among(options.testIterations),
    // One rank saves for all, and what they have in parts all of them together.
    publishes: isSpread(options)
      ? among(options.saveIterations)
      : options.ranks?.rank
      ? undefined
      : options.keeper && among(options.saveIterations),
    saves: among(options.checkpointIterations),
    stop: options.stop,
    saveNow: options.saveNow,
  };
}
