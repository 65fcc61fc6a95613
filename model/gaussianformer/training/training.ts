import { join } from "@std/path";
import { SampleLoader } from "../../../data/batches.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { type Schedule, warmupCosine } from "../../../gpu/optim/schedules.ts";
import type { Parameter } from "../../../gpu/parameter.ts";
import { accumulate, backward } from "../../../gpu/tape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { IouResults } from "../../../loss/mean_iou.ts";
import { type Checkpoint, restore, saveCheckpoint, type TrainingState } from "../../checkpoint.ts";
import { Initializer } from "../../init.ts";
import { VERSION } from "../../version.ts";
import type { GaussianFormerConfig } from "../config/config.ts";
import { evaluate, type EvaluationStep } from "../evaluation/evaluation.ts";
import { type InitialReport, loadInitial } from "../weights/initial_weights.ts";
import { classWeightsOf, modelLoss } from "./losses.ts";
import { GaussianFormer } from "../network/model.ts";
import { pipelineOf, uploadSample } from "./sample_batch.ts";
import { StepLog, type StepRecord } from "./step_log.ts";
import type { TrainedWeights } from "../weights/trained_weights.ts";

/** What to train, on what, and where to. */
export interface TrainOptions {
  readonly preset: string;
  readonly config: GaussianFormerConfig;
  /** Folder with nuscenes/, nuscenes_cam/ and surroundocc/. */
  readonly dataDir: string;
  readonly workDir: string;
  readonly seed: number;
  readonly checkpoint?: Checkpoint | undefined;
  /** Weights to start from, as far as their keys fit; not with a checkpoint. */
  readonly initial?: TrainedWeights | undefined;
  readonly saveEvery?: number;
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
  | { readonly type: "loaded"; readonly report: InitialReport }
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
  | { readonly type: "saved"; readonly step: number; readonly path: string }
  | {
    readonly type: "finished";
    readonly step: number;
    readonly path: string;
    readonly seconds: number;
    /** Most bytes of GPU memory in use at once. */
    readonly peakMemory: number;
  };

// More broken steps than this in a row will not mend themselves.
const MOST_SKIPPED = 10;

/**
 * Trains a GaussianFormer and tells what happens; a run resumed from a checkpoint gives the same
 * bits as one that was never stopped, on the same adapter.
 */
export async function* trainGaussianFormer(
  gpu: Gpu,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void, void> {
  const { config, checkpoint, initial, seed, dataDir, workDir } = options;
  const { saveEvery = 100, evalEvery = 0, accumulation = 1, skipBad = false, workers = 1 } =
    options;
  const steps = config.optim.steps;
  const loader = await SampleLoader.open({
    dataDir,
    split: "train",
    seed,
    pipeline: pipelineOf(config),
    skipBad,
    workers,
    ...(checkpoint ? { position: checkpoint.state.position } : {}),
  });
  const model = new GaussianFormer(new Initializer(gpu, seed), config);
  const trained = model.trainableParameters();
  const classWeights = classWeightsOf(gpu, config.loss);
  const log = new StepLog(gpu, trained.map(([key]) => key), options.logEvery);
  try {
    gpu.random.seed = seed;
    gpu.random.counter = checkpoint?.state.random.counter ?? 0;
    if (checkpoint) restore(model, checkpoint);
    const report = initial && !checkpoint ? loadInitial(model, initial) : null;
    const first = checkpoint?.state.step ?? 0;
    const optimizer = new Optimizer(trained, config);
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
    if (report) yield { type: "loaded", report };

    let path = checkpoint?.file ?? "";
    let saved = first;
    let skippedInARow = 0;
    const tell = function* (records: readonly StepRecord[]): Generator<TrainEvent> {
      for (const { step, loss, gradientNorm, broken } of records) {
        if (broken.length) {
          yield { type: "skipped", step, reason: brokenReason(broken, loss) };
          if (++skippedInARow >= MOST_SKIPPED) {
            throw new Error(
              `Cannot train on: ${skippedInARow} steps in a row had gradients that are not finite, the last at step ${step}, ${
                brokenReason(broken, loss)
              }`,
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
      const { loss } = await accumulateGradients(gpu, model, loader, classWeights, accumulation);
      const norm = optimizer.step(step);
      log.add(step, loss, norm);
      for (const tensor of [loss, ...Object.values(norm)]) tensor.release();
      yield* tell(await log.due(step === steps));
      if (evalEvery && step % evalEvery === 0) {
        yield { type: "evaluated", step, result: await evaluateSplit(gpu, model, step, options) };
      }
      if (step % saveEvery === 0 || step === steps) {
        yield* tell(await log.rest());
        path = await saveCheckpoint(workDir, model, stateOf(gpu, options, step, loader));
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
    };
  } finally {
    loader.close();
    model.release();
    classWeights?.release();
    log.release();
  }
}

/** Sums the gradients of `accumulation` key frames into the parameters; returns their mean loss. */
async function accumulateGradients(
  gpu: Gpu,
  model: GaussianFormer,
  loader: SampleLoader,
  classWeights: Tensor | null,
  accumulation: number,
): Promise<{ loss: Tensor }> {
  const { config } = model;
  let total: Tensor | null = null;
  for (let part = 0; part < accumulation; part++) {
    const sample = await loader.next();
    using step = gpu.scope();
    const batch = uploadSample(gpu, sample, config);
    const loss = modelLoss(model.forward(batch), batch, config, {
      classWeights,
      scale: 1 / accumulation,
    });
    backward(loss);
    if (total) accumulate(total, loss);
    else total = step.keep(loss);
  }
  return { loss: total! };
}

/** AdamW over a model's parameters, with the reference's two groups and schedule. */
class Optimizer {
  readonly #groups: { parameters: Parameter[]; schedule: Schedule }[];

  constructor(
    private readonly trained: readonly (readonly [string, Parameter])[],
    private readonly config: GaussianFormerConfig,
  ) {
    const { lr, backboneLr, minLrRatio, warmupSteps: warmup, steps: total } = config.optim;
    // Every group decays to the same floor, which for a backbone at 0.1 keeps its rate constant.
    const floor = minLrRatio * lr;
    const group = (backbone: boolean, rate: number) => ({
      parameters: trained.filter(([key]) => key.startsWith("img_backbone.") === backbone)
        .map(([, parameter]) => parameter),
      schedule: warmupCosine(rate, { warmup, total, floor }),
    });
    this.#groups = [group(false, lr), group(true, lr * backboneLr)];
  }

  /** Largest rate of a step, counted from 1: the reference sets it after each step, one late. */
  rate(step: number): number {
    return Math.max(...this.#groups.map(({ schedule }) => schedule(Math.max(0, step - 2))));
  }

  /** Clips, steps and clears the gradients. */
  step(step: number): ReturnType<typeof clipNorm> {
    const { clipNorm: largest, weightDecay } = this.config.optim;
    const norm = clipNorm(this.trained.map(([, parameter]) => parameter.gradient!), largest);
    const groups = this.#groups.map(({ parameters, schedule }) => ({
      parameters,
      rate: schedule(Math.max(0, step - 2)),
      weightDecay,
    }));
    adamw(groups, { step, factor: norm.factor, broken: norm.brokenTotal });
    for (const [, parameter] of this.trained) parameter.zeroGradient();
    return norm;
  }
}

async function evaluateSplit(
  gpu: Gpu,
  model: GaussianFormer,
  step: number,
  { dataDir, skipBad = false, evalSplit = "val", onEvaluation }: TrainOptions,
) {
  using loader = await SampleLoader.open({
    dataDir,
    split: evalSplit,
    shuffle: false,
    augment: false,
    pipeline: pipelineOf(model.config),
    skipBad,
    workers: 1,
  });
  return await evaluate(gpu, model, loader, {
    predictions: onEvaluation ? 1 : false,
    onStep: async (example) => {
      if (example.done === 1) await onEvaluation?.(step, example);
    },
  });
}

function stateOf(
  gpu: Gpu,
  { preset, config, seed }: TrainOptions,
  step: number,
  loader: SampleLoader,
): TrainingState {
  const { counter } = gpu.random;
  return {
    version: VERSION,
    preset,
    config,
    seed,
    step,
    random: { seed, counter },
    position: loader.position,
  };
}

function brokenReason(broken: readonly { key: string; count: number }[], loss: number): string {
  const [{ key, count }] = broken as [{ key: string; count: number }];
  const more = broken.length > 1 ? ` and of ${broken.length - 1} more` : "";
  return `${count} gradients of "${key}"${more} are not finite, the loss is ${loss}`;
}
