import { join } from "@std/path";
import { SampleLoader } from "../../../data/batches.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { restore, saveCheckpoint, type TrainingState } from "../../checkpoint.ts";
import { Initializer } from "../../init.ts";
import { VERSION } from "../../version.ts";
import { loadInitial } from "../weights/initial_weights.ts";
import { assertFinite, describeBroken } from "./broken_tensors.ts";
import { accumulateGradients } from "./gradients.ts";
import { checkMemory } from "./memory_limit.ts";
import { planMemory } from "./memory_plan.ts";
import { Optimizer } from "./optimizer.ts";
import { pipelineOf } from "./sample_batch.ts";
import { evaluateSplit } from "./split_evaluation.ts";
import { StepLog, type StepRecord } from "./step_log.ts";
import { placeOf, type RunEnd, type TrainEvent, type TrainOptions } from "./train_options.ts";
import { makeTrainee } from "./trainee.ts";

export type { RunEnd, TrainEvent, TrainOptions };

/**
 * Trains a GaussianFormer and tells what happens; a run resumed from a checkpoint gives the same
 * bits as one that was never stopped, on the same adapter.
 */
export async function* trainGaussianFormer(
  gpu: Gpu,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void, void> {
  const { config, checkpoint, initial = [], seed, workDir, stage = "model" } = options;
  const { saveEvery = 100, evalEvery = 0, accumulation = 1, skipBad = false, workers = 1 } =
    options;
  const { maxSkipped = 10 } = options;
  const steps = config.optim.steps;
  const plan = await planMemory(gpu, config, {
    stage,
    accumulation,
    workers,
    evaluates: evalEvery > 0,
  });
  yield { type: "planned", plan };
  await checkMemory(gpu, plan, config, options);
  await Deno.mkdir(workDir, { recursive: true });
  const loader = await SampleLoader.open({
    ...placeOf(options),
    ...(options.frames ? { frames: options.frames } : {}),
    split: "train",
    seed,
    pipeline: pipelineOf(config),
    skipBad,
    workers,
    ...(checkpoint ? { position: checkpoint.state.position } : {}),
  });
  const trainee = makeTrainee(new Initializer(gpu, seed), config, stage);
  const trained = trainee.module.trainableParameters();
  const log = new StepLog(gpu, trained.map(([key]) => key), options.logEvery);
  try {
    gpu.random.seed = seed;
    gpu.random.counter = checkpoint?.state.random.counter ?? 0;
    if (checkpoint) restore(trainee.module, checkpoint);
    const reports = checkpoint
      ? []
      : initial.map((weights) => loadInitial(trainee.module, weights, stage));
    const from = checkpoint ? [checkpoint.file] : initial.map(({ file }) => file);
    if (from.length) await assertFinite(trainee.module, `Cannot start from "${from.join('", "')}"`);
    const first = checkpoint?.state.step ?? 0;
    const optimizer = new Optimizer(trained, config.optim, accumulation);
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    yield {
      type: "started",
      adapter: gpu.name.description,
      step: first,
      steps,
      parameters: trained.reduce((sum, [, { value }]) => sum + value.size, 0),
      keyFrames: loader.length,
    };
    for (const report of reports) yield { type: "loaded", report };

    let path = checkpoint?.file ?? "";
    let saved = first;
    let skipped = 0;
    let skippedInARow = 0;
    let bad = 0;
    const totals = () => ({ seconds: seconds(), peakMemory: gpu.memory.peak, skipped, bad });
    const tell = async function* (
      records: readonly StepRecord[],
    ): AsyncGenerator<TrainEvent, void, void> {
      for (const { step, loss, gradientNorm, broken } of records) {
        if (broken.length) {
          const reason = await describeBroken(trainee.module, { broken, loss });
          skipped++;
          yield { type: "skipped", step, reason };
          if (++skippedInARow >= maxSkipped) {
            throw new Error(
              `Cannot train on: ${skippedInARow} steps in a row had gradients that are not finite, the last at step ${step}: ${reason}`,
            );
          }
          continue;
        }
        skippedInARow = 0;
        yield {
          type: "step",
          step,
          loss,
          gradientNorm,
          lr: optimizer.rate(step),
          seconds: seconds(),
        };
      }
    };

    for (let step = first + 1; step <= steps; step++) {
      const { loss } = await accumulateGradients(gpu, trainee, {
        config,
        accumulation,
        next: () => loader.next(),
      });
      const norm = optimizer.step(step);
      log.add(step, loss, norm);
      for (const tensor of [loss, ...Object.values(norm)]) tensor.release();
      for (const { token, error } of loader.skipped.slice(bad)) {
        yield { type: "bad", step, token, reason: error.message };
      }
      bad = loader.skipped.length;
      yield* tell(await log.due(step === steps));
      if (evalEvery && step % evalEvery === 0 && !options.stop?.aborted) {
        yield await evaluateSplit(gpu, trainee, step, options);
      }
      const stops = options.stop?.aborted === true && step < steps;
      if (step % saveEvery === 0 || step === steps || stops) {
        yield* tell(await log.rest());
        await assertFinite(trainee.module, `Cannot save step ${step}`);
        const state = stateOf(gpu, options, step, loader);
        path = await saveCheckpoint(workDir, trainee.module, state, { keep: options.keep ?? 0 });
        saved = step;
        yield { type: "saved", step, path };
      }
      if (stops) return yield { type: "stopped", step, path, ...totals() };
    }
    if (saved < steps || !path) path = join(workDir, "latest");
    yield { type: "finished", step: Math.max(first, steps), path, ...totals() };
  } finally {
    loader.close();
    trainee.release();
    log.release();
  }
}

function stateOf(
  gpu: Gpu,
  { preset, config, seed, stage = "model", accumulation = 1 }: TrainOptions,
  step: number,
  loader: SampleLoader,
): TrainingState {
  const { counter } = gpu.random;
  return {
    version: VERSION,
    preset,
    config,
    seed,
    stage,
    accumulation,
    step,
    random: { seed, counter },
    position: loader.position,
  };
}
