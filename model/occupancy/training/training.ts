import { join } from "@std/path";
import type { Gpu } from "../../../gpu/device.ts";
import { AgreedWishes } from "../../run/ranks/agreed_wishes.ts";
import { ONE_RANK } from "../../run/ranks/ranks.ts";
import { run } from "../../run/run.ts";
import { RunLog } from "../run/run_log.ts";
import { METRICS, PICTURES, rowOf } from "../run/run_rows.ts";
import { checkMemory } from "./memory_limit.ts";
import { planMemory } from "./memory_plan.ts";
import { OccupancyTrainee } from "./occupancy_trainee.ts";
import type { RunEnd, TrainEvent, TrainOptions } from "./train_options.ts";

export type { RunEnd, TrainEvent, TrainOptions };

/**
 * Trains a model of the family and tells what happens; a run resumed from a checkpoint gives the same
 * bits as one that was never stopped, on the same adapter. The work-dir gets checkpoints,
 * `config.json`, `metrics.jsonl`, TensorBoard events in `tf/`, and of each evaluation's first key frame
 * a picture and what `view` shows in `pictures/`.
 */
export function trainOccupancy(
  gpu: Gpu,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void, void> {
  const { config, workDir, saveEvery = 100, evalEvery = 0 } = options;
  const { steps } = config.optim;
  const { ranks = ONE_RANK } = options;
  const wishes = ranks.size > 1 ? new AgreedWishes(ranks, options) : null;
  let log: RunLog | null = null;
  const watched: TrainOptions = {
    ...options,
    onEvaluation: async (step, example) => {
      await log?.addExample(step, example);
      await options.onEvaluation?.(step, example);
    },
  };
  return run<TrainEvent, OccupancyTrainee>(gpu, {
    steps,
    // One rank writes for all: they have the same weights and moments.
    files: ranks.rank > 0 ? undefined : {
      folder: workDir,
      kind: "occupancy",
      below: () => [join(workDir, PICTURES)],
      keep: options.keep ?? 0,
      rows: { [METRICS]: rowOf },
      begin: ({ first }) => log = RunLog.open(gpu, options, first),
    },
    rehearse: () => rehearse(gpu, options),
    prepare: () => OccupancyTrainee.make(gpu, watched, wishes),
    logEvery: options.logEvery ?? (gpu.tuning.runsAhead ? 10 : 1),
    maxSkipped: options.maxSkipped,
    evaluates: (step) => evalEvery > 0 && step % evalEvery === 0,
    saves: (step) => step % saveEvery === 0 || step === steps,
    stop: wishes?.stop ?? options.stop,
    saveNow: wishes?.saveNow ?? options.saveNow,
  });
}

/** Plans the memory, by running steps on a GPU that computes nothing, and refuses what does not fit. */
async function* rehearse(gpu: Gpu, options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  const { config, stage = "model", accumulation = 1, workers = 1, evalEvery = 0 } = options;
  const plan = await planMemory(gpu, config, {
    stage,
    accumulation,
    workers,
    evaluates: evalEvery > 0,
  });
  yield { type: "planned", plan };
  await checkMemory(gpu, plan, config, options);
}
