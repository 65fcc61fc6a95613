import { pairLimit } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { exponential } from "../../../gpu/optim/schedules.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { brokenValues, listBroken } from "../../run/finite.ts";
import type { AgreedWishes } from "../../run/ranks/agreed_wishes.ts";
import { gatherValues, ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import type { StepFigures } from "../../run/step_log.ts";
import type {
  NamedParameter,
  RunNews,
  Spread,
  Told,
  Trainee,
  TraineeState,
  Updated,
} from "../../run/trainee.ts";
import { backgroundOf } from "../config.ts";
import { evaluateShots, type LearnedOfShots } from "../measures/evaluation.ts";
import { findHeldOutPoses } from "./held_out_poses.ts";
import { fullestView } from "../plan/fullest_view.ts";
import { checkPairs, type FullestView } from "../plan/limits.ts";
import { savedAppearance } from "../appearance/appearance.ts";
import { appearanceName } from "../appearance/table.ts";
import { camerasOf, type Shot, ShotPixels } from "../scene/shot.ts";
import { sumViews, ViewSums } from "./batch/view_sums.ts";
import { arrived, arrivingSplats, spreadOf } from "../shards/gather_parts.ts";
import { stepInParts } from "../shards/step_in_parts.ts";
import { ShotOrder } from "./shot_order.ts";
import { restoreTraining, stateOf } from "./splat_checkpoint.ts";
import {
  type LearnedOfViews,
  SplatTraining,
  type SplatTrainOptions,
  viewsOfStep,
} from "./splat_training.ts";
import type { CurveRow, SplatEvaluation, SplatEvent } from "./train_events.ts";
import { type StepInputs, type StepResults, trainStep } from "./train_step.ts";

/** Bytes of pictures that stay on the GPU. */
export const PIXEL_BUDGET = 2 ** 30;
/** Views whose pairs are counted before training starts. */
const COUNTED_VIEWS = 32;
/** Training views that are evaluated along with the tests: the 6th, 11th, ... */
const WATCHED_VIEWS = [5, 10, 15, 20, 25];

/** Gaussians under training on pictures, in the reference's order of events. */
export class SplatTrainee implements Trainee<SplatEvent> {
  readonly counts = "iteration";
  /** Loss, L1 and the four counts of a picture. */
  readonly words = 6;
  /** As often as density control acts by default. */
  readonly checkEvery = 100;
  readonly looksFirst = true;
  readonly first: number;
  readonly resumed: string | undefined;
  readonly training: SplatTraining;
  readonly spread: Spread | null;
  /** The pairs of Gaussian and tile that there is room for at the start. */
  counted: FullestView = { view: "", pairs: 0, views: 0 };
  readonly #order: ShotOrder;
  readonly #pixels: ShotPixels;
  readonly #ranks: Ranks;
  readonly #depthWeight: (iteration: number) => number;
  /** What an iteration began with, until its figures are told. */
  readonly #begun = new Map<number, { view: string; gaussians: number }>();
  #results: StepResults | null = null;
  /** The picture with the most pairs so far. */
  #fullest = { iteration: 0, view: "", pairs: 0 };

  private constructor(
    readonly gpu: Gpu,
    readonly options: SplatTrainOptions,
    private readonly wishes: AgreedWishes | null,
  ) {
    const { config, checkpoint, ranks = ONE_RANK } = options;
    this.#ranks = ranks;
    this.#order = new ShotOrder(options, viewsOfStep(config, ranks));
    gpu.random.seed = config.seed;
    gpu.random.counter = 0;
    this.training = new SplatTraining(gpu, options);
    this.spread = this.training.parts.spread ? spreadOf(this.training.parts) : null;
    this.#pixels = new ShotPixels(gpu, config.data_device === "cpu" ? 0 : PIXEL_BUDGET);
    this.#depthWeight = exponential(config.depth_l1_weight_init, config.depth_l1_weight_final, {
      total: config.iterations,
    });
    this.first = checkpoint?.state.step ?? 0;
    this.resumed = checkpoint?.file;
  }

  /** Puts Gaussians where they start, or where a checkpoint left them. */
  static async make(
    gpu: Gpu,
    options: SplatTrainOptions,
    wishes: AgreedWishes | null = null,
  ): Promise<SplatTrainee> {
    const trainee = new SplatTrainee(gpu, options, wishes);
    try {
      const { checkpoint } = options;
      if (checkpoint) restoreTraining(trainee.training, checkpoint);
      trainee.#order.skip(checkpoint?.state.drawn ?? trainee.first);
      await trainee.#makeRoom();
      return trainee;
    } catch (error) {
      trainee.release();
      throw error;
    }
  }

  async pause(iteration: number, stop?: AbortSignal): Promise<void> {
    const { viewer, config } = this.options;
    // What one rank has of the Gaussians is no picture.
    if (this.spread) return;
    await viewer?.serve(iteration, { gaussians: this.training.gaussians, config }, stop);
  }

  parameters(): NamedParameter[] {
    return this.training.parameters();
  }

  async forward(iteration: number): Promise<void> {
    const { training, options } = this;
    const { gaussians, views } = training;
    this.#checkRoom(iteration);
    const { drawn } = this.#order;
    const indices = this.#order.next();
    // Every rank draws the colours of all views, so that their random numbers stay the same.
    const steps = indices.map((view, i) => ({ view, background: this.#background(drawn + i) }));
    if (iteration % options.config.sh_degree_interval === 0) {
      gaussians.activeDegree = Math.min(gaussians.activeDegree + 1, gaussians.maxDegree);
    }
    const names = indices.map((index) => options.train[index]!.name);
    this.#begun.set(iteration, { view: names.join(", "), gaussians: training.count });
    if (views === 1) {
      this.#results = trainStep(training, await this.#inputs(iteration, steps[0]!));
      return;
    }
    const { batch_views: each } = options.config;
    const sums = new ViewSums(training, each, views);
    const ofRank = (rank: number) => steps.slice(each * rank, each * (rank + 1));
    const own = ofRank(this.#ranks.rank);
    if (training.parts.spread) {
      await stepInParts(training, sums, {
        shots: training.parts.counts.map((_, rank) =>
          ofRank(rank).map(({ view }) => options.train[view]!)
        ),
        own: own.map((step) => () => this.#inputs(iteration, step)),
      });
      this.#results = sums.results();
      return;
    }
    for (const step of own) {
      using _view = this.gpu.scope();
      sums.add(trainStep(training, await this.#inputs(iteration, step)));
    }
    this.#results = sums.results();
  }

  async reduce(): Promise<void> {
    if (this.#ranks.size === 1) return;
    await sumViews(this.#ranks, this.training, this.#results!);
    await this.wishes?.agree();
  }

  async update(iteration: number): Promise<Updated<SplatEvent>> {
    const { gaussians, strategy, optimizer, appearance, poses, options } = this.training;
    const results = this.#results!;
    this.#results = null;
    const { loss, l1, frame, broken } = results;
    const figures = [loss, l1, frame];
    const moves = iteration < options.config.iterations;
    if (appearance?.alone?.(iteration)) {
      if (moves) appearance.step(iteration, broken);
      // Ranks have added up zeros.
      gaussians.dropGradients();
      return { figures, events: [] };
    }
    const done = await strategy.afterBackward?.(iteration, results);
    if (moves) {
      appearance?.step(iteration, broken);
      poses?.step(iteration, broken);
      optimizer.step(iteration, { ...results, except: done?.replaced ?? [] });
    }
    gaussians.dropGradients();
    const after = await strategy.afterStep?.(iteration);
    return { figures, events: [...done?.events ?? [], ...after ?? []] };
  }

  async tell({ step: iteration, floats, words }: StepFigures): Promise<Told<SplatEvent>> {
    const { view, gaussians } = this.#begun.get(iteration)!;
    this.#begun.delete(iteration);
    const row: CurveRow = {
      iteration,
      l1: floats[1]!,
      loss: floats[0]!,
      gaussians,
      visible: words[2]!,
      pairs: words[3]!,
      overflow: words[5] === 1,
    };
    const { pairs } = row;
    this.training.budget.note(pairs);
    if (pairs > this.#fullest.pairs) this.#fullest = { iteration, view, pairs };
    if (row.overflow) return { event: { type: "skipped", iteration, pairs } };
    if (Number.isFinite(row.loss)) return { event: { type: "step", ...row } };
    const broken = await brokenValues(this.parameters());
    if (broken.length) {
      throw new RangeError(
        `Cannot train on: ${
          listBroken(broken, "values")
        } not finite, the loss of iteration ${iteration} is ${row.loss}`,
      );
    }
    const reason = `its loss is ${row.loss}`;
    return { event: { type: "skipped", iteration, pairs, reason }, broken: reason };
  }

  async evaluate(iteration: number): Promise<readonly SplatEvent[]> {
    const { gaussians, options } = this.training;
    const { config, train, test } = options;
    const watched = train.length
      ? [...new Set(WATCHED_VIEWS.map((i) => train[i % train.length]!))]
      : [];
    const events: SplatEvent[] = [];
    const measure = async (
      set: SplatEvaluation["set"],
      shots: readonly Shot[],
      of: LearnedOfShots,
    ) => {
      const metrics = await evaluateShots(gaussians, shots, {
        config,
        ranks: this.#ranks,
        parts: this.training.parts,
        pixels: this.#pixels,
        onView: (done) =>
          options.onTask?.({ label: `${set} views`, unit: "view", done, total: shots.length }),
        of,
      });
      events.push({ type: "evaluated", iteration, set, metrics });
    };
    if (test.length) await measure("test", test, this.training);
    // A hundred steps a view: at the end alone. Ranks that hold parts draw together, and cannot each look for
    // another pose.
    const last = iteration === config.iterations;
    if (last && test.length && this.training.poses && !this.spread) {
      const found = await findHeldOutPoses(this.training, test, {
        pixels: this.#pixels,
        onStep: (done, total) =>
          options.onTask?.({ label: "poses of test views", unit: "step", done, total }),
      });
      try {
        const lookOf = (shot: Shot) => this.training.lookOf(shot);
        await measure("test_posed", test, { lookOf, cameraOf: found.cameraOf });
      } finally {
        found.release();
      }
    }
    if (watched.length) await measure("train", watched, this.training);
    return events;
  }

  async publish(iteration: number): Promise<string> {
    const { gaussians, appearance, poses, options: { keeper, train, test, config } } =
      this.training;
    const saved = await savedAppearance(appearance, {
      name: appearanceName(config),
      settings: config,
      views: train.map(({ name }) => name),
      cameras: camerasOf([...train, ...test]),
    });
    const learned = { appearance: saved, poses: await poses?.saved() ?? null };
    if (!this.training.parts.spread) {
      return await keeper!.save(iteration, await gaussians.splats(), learned);
    }
    return await this.#publishParts(iteration, learned);
  }

  state(): TraineeState {
    return stateOf(this.training, this.#order.drawn);
  }

  news(news: RunNews): SplatEvent {
    const { count: gaussians } = this.training;
    const { train, extent } = this.options;
    switch (news.type) {
      case "started":
        return {
          type: "started",
          adapter: this.gpu.name.description,
          iteration: news.step,
          iterations: news.steps,
          gaussians,
          views: train.length,
          extent,
        };
      case "checkpoint":
        return { type: "checkpoint", iteration: news.step, path: news.path };
      case "published":
        return { type: "saved", iteration: news.step, path: news.path };
      default: {
        const { type, step, path, seconds, peakMemory } = news;
        return { type, iteration: step, path, gaussians, seconds, peakMemory };
      }
    }
  }

  release(): void {
    this.#pixels.release();
    this.training.release();
  }

  /** Rank 0 keeps what all of them have; all learn where. */
  async #publishParts(iteration: number, learned: LearnedOfViews): Promise<string> {
    const { parts, gaussians, options: { keeper } } = this.training;
    const splats = arrivingSplats(parts, gaussians);
    let path = "";
    if (parts.ranks.rank > 0 || !keeper) { for await (const _ of splats.blocks()); }
    else if (keeper.saveArriving) path = await keeper.saveArriving(iteration, splats, learned);
    else path = await keeper.save(iteration, await arrived(splats), learned);
    return (await gatherValues(parts.ranks, path))[0]!;
  }

  /** What is behind the view that is drawn after so many others. */
  #background(drawn: number): readonly [number, number, number] {
    const { stream, options: { config, backgrounds } } = this.training;
    const plain = backgroundOf(config);
    const { random_background, background_noise: noise } = config;
    if (!(random_background || noise)) return plain;
    const colour = backgrounds?.[drawn] ?? stream.colour();
    if (random_background) return colour;
    const near = (k: 0 | 1 | 2) => Math.min(1, Math.max(0, plain[k] + noise * (2 * colour[k] - 1)));
    return [near(0), near(1), near(2)];
  }

  async #inputs(
    iteration: number,
    { view, background }: {
      readonly view: number;
      readonly background: readonly [number, number, number];
    },
  ): Promise<StepInputs> {
    const { appearance, budget, views, options } = this.training;
    const shot = options.train[view]!;
    const alone = appearance?.alone?.(iteration) ?? false;
    return {
      shot,
      picture: await this.#pixels.load(shot),
      camera: this.training.cameraOf(shot),
      background,
      capacity: budget,
      look: appearance?.look({ view: alone ? null : view, camera: shot.device ?? 0 }) ?? null,
      alone,
      depth: shot.inverseDepth
        ? { prior: await shot.inverseDepth(), weight: this.#depthWeight(iteration), iteration }
        : null,
      views,
    };
  }

  /** Counts pairs beforehand, so that the first pictures have room, or are refused. */
  async #makeRoom(): Promise<void> {
    const { gaussians, parts: { ranks }, budget, options: { train, config } } = this.training;
    this.counted = await fullestView(gaussians, train, { config, most: COUNTED_VIEWS, ranks });
    checkPairs(this.gpu, this.counted, { gaussians: this.training.count });
    budget.note(this.counted.pairs);
  }

  /** Throws where a picture had more pairs than the adapter can list: it would be left out for ever. */
  #checkRoom(iteration: number): void {
    const { iteration: at, view, pairs } = this.#fullest;
    const limit = pairLimit(this.gpu);
    if (pairs <= limit) return;
    const { count } = this.training;
    throw Object.assign(
      new RangeError(
        `Cannot train past iteration ${
          iteration - 1
        }: view "${view}" had ${pairs} pairs of Gaussian and tile at iteration ${at}, this adapter lists ${limit} at most`,
      ),
      {
        hint:
          `-r 2 halves the sides of the pictures, --max-gaussians keeps fewer of them (there are ${count})`,
      },
    );
  }
}
