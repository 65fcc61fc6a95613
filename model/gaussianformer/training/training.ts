import { join } from "@std/path";
import { SampleLoader } from "../../../data/batches.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { KeyFrame } from "../../../data/nuscenes/key_frame.ts";
import type { DataRoots } from "../../../data/nuscenes/sample.ts";
import type { IouResults } from "../../../loss/mean_iou.ts";
import {
  type Checkpoint,
  removeUnfinished,
  restore,
  saveCheckpoint,
  type TrainingState,
} from "../../checkpoint.ts";
import { Initializer } from "../../init.ts";
import { VERSION } from "../../version.ts";
import type { GaussianFormerConfig } from "../config/config.ts";
import { evaluate, type EvaluationStep } from "../evaluation/evaluation.ts";
import { type InitialReport, loadInitial } from "../weights/initial_weights.ts";
import { evaluating } from "../../module.ts";
import { accumulateGradients } from "./gradients.ts";
import { checkMemory, type MemoryLimit } from "./memory_limit.ts";
import { type MemoryPlan, planMemory } from "./memory_plan.ts";
import { Optimizer } from "./optimizer.ts";
import { pipelineOf, uploadSample } from "./sample_batch.ts";
import { StepLog, type StepRecord } from "./step_log.ts";
import { describeBroken } from "./broken_tensors.ts";
import { makeTrainee, type Stage, type Trainee } from "./trainee.ts";
import type { TrainedWeights } from "../weights/trained_weights.ts";

/** What to train, on what, and where to. */
export interface TrainOptions {
  readonly preset: string;
  readonly config: GaussianFormerConfig;
  /** Default "model". */
  readonly stage?: Stage | undefined;
  /** Folder with nuscenes/, nuscenes_cam/ and surroundocc/; or `roots`. */
  readonly dataDir?: string | undefined;
  readonly roots?: DataRoots | undefined;
  /** The train split's key frames, where its index has been read already. */
  readonly frames?: KeyFrame[] | undefined;
  readonly workDir: string;
  readonly seed: number;
  readonly checkpoint?: Checkpoint | undefined;
  /** Weights to start from, as far as their keys fit, one file after the other; not with a checkpoint. */
  readonly initial?: readonly TrainedWeights[] | undefined;
  /** GPU memory that may be used; a run that needs more is refused before its first step. */
  readonly memoryLimit?: MemoryLimit | undefined;
  readonly saveEvery?: number;
  /** Checkpoints that are kept, the newest ones; 0 for all. */
  readonly keep?: number;
  /** Steps between evaluations; 0 for none. */
  readonly evalEvery?: number;
  readonly evalSplit?: "train" | "val";
  /** Told of the first key frame of each evaluation, with what was predicted. */
  readonly onEvaluation?: (step: number, example: EvaluationStep) => void | Promise<void>;
  /** Steps between readings of the loss. */
  readonly logEvery?: number;
  /** Key frames whose gradients make one step. */
  readonly accumulation?: number;
  readonly skipBad?: boolean;
  /** So many steps in a row whose gradients are not finite end the run, for they will not mend themselves. */
  readonly maxSkipped?: number;
  /** Loader threads. */
  readonly workers?: number;
}

/** What a training run tells as it goes. */
export type TrainEvent =
  | {
    readonly type: "started";
    readonly adapter: string;
    readonly step: number;
    readonly steps: number;
    readonly parameters: number;
    readonly keyFrames: number;
  }
  | { readonly type: "planned"; readonly plan: MemoryPlan }
  | { readonly type: "loaded"; readonly report: InitialReport }
  | { readonly type: "bad"; readonly step: number; readonly token: string; readonly reason: string }
  | {
    readonly type: "step";
    readonly step: number;
    readonly loss: number;
    readonly gradientNorm: number;
    readonly lr: number;
    /** Seconds since the run began. */
    readonly seconds: number;
  }
  | { readonly type: "skipped"; readonly step: number; readonly reason: string }
  | {
    readonly type: "evaluated";
    readonly step: number;
    readonly result: IouResults & { readonly samples: number };
  }
  | {
    readonly type: "validated";
    readonly step: number;
    /** Mean over the split, of a stage whose result is no occupancy. */
    readonly loss: number;
    readonly samples: number;
  }
  | { readonly type: "saved"; readonly step: number; readonly path: string }
  | {
    readonly type: "finished";
    readonly step: number;
    readonly path: string;
    readonly seconds: number;
    /** Most bytes of GPU memory in use at once. */
    readonly peakMemory: number;
    /** Steps whose gradients were not finite, and key frames with broken or missing files. */
    readonly skipped: number;
    readonly bad: number;
  };

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
  removeUnfinished(workDir);
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
      if (evalEvery && step % evalEvery === 0) {
        yield await evaluateSplit(gpu, trainee, step, options);
      }
      if (step % saveEvery === 0 || step === steps) {
        yield* tell(await log.rest());
        const state = stateOf(gpu, options, step, loader);
        path = await saveCheckpoint(workDir, trainee.module, state, { keep: options.keep ?? 0 });
        saved = step;
        yield { type: "saved", step, path };
      }
    }
    if (saved < steps || !path) path = join(workDir, "latest");
    yield {
      type: "finished",
      step: Math.max(first, steps),
      path,
      seconds: seconds(),
      peakMemory: gpu.memory.peak,
      skipped,
      bad,
    };
  } finally {
    loader.close();
    trainee.release();
    log.release();
  }
}

async function evaluateSplit(
  gpu: Gpu,
  trainee: Trainee,
  step: number,
  options: TrainOptions,
): Promise<TrainEvent> {
  const { config, skipBad = false, evalSplit = "val", onEvaluation } = options;
  using loader = await SampleLoader.open({
    ...placeOf(options),
    split: evalSplit,
    shuffle: false,
    augment: false,
    pipeline: pipelineOf(config),
    skipBad,
    workers: 1,
  });
  if (!trainee.model) return await meanLoss(gpu, trainee, step, { config, loader });
  const result = await evaluate(gpu, trainee.model, loader, {
    predictions: onEvaluation ? 1 : false,
    onStep: async (example) => {
      if (example.done === 1) await onEvaluation?.(step, example);
    },
  });
  return { type: "evaluated", step, result };
}

async function meanLoss(
  gpu: Gpu,
  trainee: Trainee,
  step: number,
  { config, loader }: { config: GaussianFormerConfig; loader: SampleLoader },
): Promise<TrainEvent> {
  let sum = 0;
  let samples = 0;
  await evaluating(trainee.module, gpu, async () => {
    for await (const sample of loader) {
      using _step = gpu.scope();
      sum += (await trainee.loss(uploadSample(gpu, sample, config), 1).read("f32"))[0]!;
      samples++;
    }
  });
  return { type: "validated", step, loss: sum / samples, samples };
}

/** Where the data lie, as a loader wants it. */
function placeOf({ dataDir, roots }: TrainOptions) {
  return { ...(dataDir === undefined ? {} : { dataDir }), ...(roots ? { roots } : {}) };
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
