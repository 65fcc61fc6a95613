import { SampleLoader } from "../../../data/batches.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { ClippedNorm } from "../../../gpu/optim/clip_norm.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { Initializer } from "../../init.ts";
import { assertFinite, brokenValues, listBroken } from "../../run/finite.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import type { AgreedWishes } from "../../run/ranks/agreed_wishes.ts";
import { GradientMeans } from "../../run/ranks/gradient_means.ts";
import { positionAmong, seedOf } from "../../run/ranks/shares.ts";
import { restoreMoments } from "../../run/restore.ts";
import type { StepFigures } from "../../run/step_log.ts";
import type {
  NamedParameter,
  RunNews,
  Told,
  Trainee,
  TraineeState,
  Updated,
} from "../../run/trainee.ts";
import { ClipMemory } from "../stream/clip_memory.ts";
import { modelOf } from "../table.ts";
import { loadInitial } from "../weights/initial_weights.ts";
import { accumulateGradients } from "./gradients.ts";
import { Optimizer } from "./optimizer.ts";
import { pipelineOf } from "./sample_batch.ts";
import { evaluateSplit } from "./split_evaluation.ts";
import { makeStagedModel, type StagedModel } from "./staged_model.ts";
import { placeOf, type TrainEvent, type TrainOptions } from "./train_options.ts";
import type { Checkpoint, TrainingState } from "./training_state.ts";

// Words before the counts of broken gradients: loss and norm.
const HEAD = 2;

/** A model of the table, or the stage before it, under training on key frames. */
export class OccupancyTrainee implements Trainee<TrainEvent> {
  readonly counts = "step";
  readonly checkEvery = 0;
  readonly looksFirst = false;
  readonly words: number;
  readonly first: number;
  readonly resumed: string | undefined;
  readonly #trained: readonly NamedParameter[];
  /** Running statistics of batch norms that are trained: each rank moves its own, the mean is kept. */
  readonly #statistics: readonly NamedParameter[];
  readonly #optimizer: Optimizer;
  readonly #started = performance.now();
  readonly #ranks: Ranks;
  readonly #memory: ClipMemory | null;
  /** Where several ranks take each step. */
  readonly #means: GradientMeans | null;
  #loss: Tensor | null = null;
  #bad = 0;

  private constructor(
    readonly gpu: Gpu,
    readonly options: TrainOptions,
    readonly staged: StagedModel,
    readonly loader: SampleLoader,
    private readonly wishes: AgreedWishes | null,
  ) {
    this.#ranks = options.ranks ?? ONE_RANK;
    this.#trained = staged.module.trainableParameters();
    const trained = new Set(this.#trained.map(([key]) => key));
    this.#statistics = this.parameters().filter(([key]) =>
      /running_(mean|var)$/.test(key) && trained.has(key.replace(/running_(mean|var)$/, "weight"))
    );
    this.#optimizer = new Optimizer(this.#trained, options.config.optim, options.accumulation);
    // After the optimizer, which moves the values.
    this.#means = this.#ranks.size > 1
      ? new GradientMeans(gpu, this.#ranks, {
        parameters: this.#trained.map(([, parameter]) => parameter),
        words: options.gradients ?? "f32",
      })
      : null;
    const plan = clipPlanOf(options);
    this.#memory = plan && new ClipMemory(loader, plan, options.seed);
    this.words = HEAD + this.#trained.length;
    this.first = options.checkpoint?.state.step ?? 0;
    this.resumed = options.checkpoint?.file;
  }

  /** Opens the key frames and makes the stage with its first weights, or those of a checkpoint. */
  static async *make(
    gpu: Gpu,
    options: TrainOptions,
    wishes: AgreedWishes | null,
  ): AsyncGenerator<TrainEvent, OccupancyTrainee> {
    const { config, checkpoint, initial = [], seed, stage = "model", ranks = ONE_RANK } = options;
    const plan = clipPlanOf(options);
    if (plan && (options.accumulation ?? 1) > 1) {
      throw Object.assign(
        new RangeError(
          "Cannot train a stream with several key frames a step: each is one of its own",
        ),
        { hint: "several GPUs take a clip each, with train --gpus" },
      );
    }
    const loader = await SampleLoader.open({
      ...placeOf(options),
      ...(options.frames ? { frames: options.frames } : {}),
      ...(options.mix?.length ? { mix: options.mix } : {}),
      split: "train",
      seed,
      pipeline: pipelineOf(config),
      ...(plan ? { clip: plan.clip } : {}),
      skipBad: options.skipBad ?? false,
      workers: options.workers ?? 1,
      rank: ranks.rank,
      ranks: ranks.size,
      ...(checkpoint ? { position: positionAmong(ranks, checkpoint.state) } : {}),
    });
    let trainee: OccupancyTrainee | null = null;
    try {
      const staged = makeStagedModel(new Initializer(gpu, seed), config, stage);
      trainee = new OccupancyTrainee(gpu, options, staged, loader, wishes);
      gpu.random.seed = seedOf(seed, ranks.rank);
      gpu.random.counter = checkpoint?.state.random.counter ?? 0;
      if (checkpoint) trainee.#restore(checkpoint);
      else {
        for (const weights of initial) {
          yield { type: "loaded", report: loadInitial(staged.module, weights, stage) };
        }
      }
      const from = checkpoint ? [checkpoint.file] : initial.map(({ file }) => file);
      if (from.length) {
        const cannot = `Cannot start from "${from.join('", "')}"`;
        await assertFinite(staged.module.namedParameters(), cannot);
      }
      return trainee;
    } catch (error) {
      if (trainee) trainee.release();
      else loader.close();
      throw error;
    }
  }

  parameters(): NamedParameter[] {
    return [...this.staged.module.namedParameters()];
  }

  async forward(): Promise<void> {
    const { config, accumulation = 1 } = this.options;
    const next = () => this.loader.next();
    const { loss } = await accumulateGradients(this.gpu, this.staged, {
      config,
      accumulation,
      next,
      memory: this.#memory,
      finished: this.#means ? (values) => this.#means!.note(values) : undefined,
    });
    this.#loss = loss;
  }

  async reduce(): Promise<void> {
    if (!this.#means) return;
    await this.#means.finish([this.#loss!, ...this.#statistics.map(([, { value }]) => value)]);
    await this.wishes?.agree();
  }

  update(step: number): Promise<Updated<TrainEvent>> {
    const { norm, broken }: ClippedNorm = this.#optimizer.step(step);
    this.#memory?.advance();
    const events = this.loader.skipped.slice(this.#bad).map(({ token, error }): TrainEvent => ({
      type: "bad",
      step,
      token,
      reason: error.message,
    }));
    this.#bad = this.loader.skipped.length;
    return Promise.resolve({ figures: [this.#loss!, norm, broken], events });
  }

  async tell({ step, floats, words }: StepFigures): Promise<Told<TrainEvent>> {
    const [loss, gradientNorm] = floats as unknown as [number, number];
    const gradients = this.#trained.flatMap(([key], i) => {
      const count = words[HEAD + i]!;
      return count ? [{ key, count }] : [];
    });
    if (!gradients.length) {
      const lr = this.#optimizer.rate(step);
      return { event: { type: "step", step, loss, gradientNorm, lr, seconds: this.#seconds() } };
    }
    // What the step has left to the next one may be broken as well.
    this.#memory?.forget();
    // The weights or running statistics that they come from may be broken themselves.
    const values = await brokenValues(this.parameters());
    const reason = (values.length ? `${listBroken(values, "values")} not finite; ` : "") +
      `${listBroken(gradients, "gradients")} not finite, the loss is ${loss}`;
    return { event: { type: "skipped", step, reason }, broken: reason };
  }

  async evaluate(step: number): Promise<readonly TrainEvent[]> {
    return [await evaluateSplit(this.gpu, this.staged, step, this.options)];
  }

  state(): TraineeState {
    const { preset, config, seed, stage = "model", accumulation = 1 } = this.options;
    const { counter } = this.gpu.random;
    const memory = this.#memory?.state();
    const json = {
      preset,
      config,
      seed,
      stage,
      accumulation,
      ...(this.#ranks.size > 1 ? { ranks: this.#ranks.size } : {}),
      random: { seed, counter },
      position: this.loader.position,
      ...(memory?.json ? { clip: memory.json } : {}),
    } satisfies Omit<TrainingState, "version" | "trainee" | "step">;
    return { json, ...(memory?.tensors ? { tensors: memory.tensors } : {}) };
  }

  news(news: RunNews): TrainEvent {
    switch (news.type) {
      case "started":
        return {
          ...news,
          adapter: this.gpu.name.description,
          parameters: this.#trained.reduce((sum, [, { value }]) => sum + value.size, 0),
          keyFrames: this.loader.length,
        };
      case "checkpoint":
      case "published":
        return { type: "saved", step: news.step, path: news.path };
      default:
        return { ...news, bad: this.#bad, unlabelled: this.loader.unlabelled.size };
    }
  }

  release(): void {
    this.loader.close();
    this.#memory?.[Symbol.dispose]();
    this.#optimizer.release();
    this.staged.release();
  }

  #restore(checkpoint: Checkpoint): void {
    restore(this.staged, checkpoint);
    const { clip, ranks = 1 } = checkpoint.state;
    // One rank saves for all, and what the others had seen is lost with them.
    const own = this.#ranks.rank === 0 && ranks === this.#ranks.size;
    if (clip && own) this.#memory?.restore(this.gpu, checkpoint, clip);
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }
}

/** How clips are taken, where the whole model is trained on them. */
function clipPlanOf({ config, stage = "model" }: TrainOptions) {
  const plan = stage === "model" ? modelOf(config).stream?.(config) ?? null : null;
  return plan && plan.clip !== null ? { ...plan, clip: plan.clip } : null;
}

/** Gives a stage the weights of a checkpoint, and its parameters the moments. */
export function restore({ module }: Pick<StagedModel, "module">, checkpoint: Checkpoint): void {
  try {
    module.load(checkpoint.weights);
  } catch (cause) {
    throw new RangeError(`Cannot restore "${checkpoint.file}": its weights do not fit the model`, {
      cause,
    });
  }
  const trained = module.trainableParameters();
  const hint = "a new run starts from its weights with --load-from";
  restoreMoments(trained, trained.map(([key]) => key), checkpoint, hint);
}
