import { TorchStream } from "../../../data/scenes/torch_stream.ts";
import { ViewOrder } from "../../../data/scenes/view_order.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { PairBudget, pairLimit } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { exponential } from "../../../gpu/optim/schedules.ts";
import { backgroundOf, checkConfig, type SplatConfig } from "../config.ts";
import { CurveLog, type CurveRow } from "./curve_log.ts";
import { DensityControl } from "./density_control.ts";
import { mostPairs, rasterOptions } from "../draw.ts";
import { evaluateShots } from "../measures/evaluation.ts";
import { Exposures, type ExposureTable, identityExposures } from "./exposure.ts";
import { Gaussians, type Group, GROUPS } from "../gaussians.ts";
import type { GuiScene } from "../gui/gui_server.ts";
import { McmcControl } from "./mcmc_control.ts";
import { SplatOptimizer } from "./optimizer.ts";
import { type Shot, ShotPixels } from "../scene/shot.ts";
import type { SplatEvent, SplatTask } from "./train_events.ts";
import { trainStep } from "./train_step.ts";

/** Harmonics of one degree more are used after so many iterations. */
const ITERATIONS_PER_DEGREE = 1000;
/** Training views that are evaluated along with the tests: the 6th, 11th, ... */
const WATCHED_VIEWS = [5, 10, 15, 20, 25];
/** Bytes of pictures that stay on the GPU. */
export const PIXEL_BUDGET = 2 ** 30;
/** Views whose pairs are counted before training starts. */
const COUNTED_VIEWS = 32;

/** Where a training starts: all values as in a file, and the degree of harmonics in use. */
export interface SplatStart {
  readonly splats: Splats;
  readonly activeDegree: number;
}

/** What is kept of a training by its owner: called with everything that has come to rest. */
export interface SplatKeeper {
  /** Saves the Gaussians; returns where. */
  save(iteration: number, splats: Splats, exposures: ExposureTable): Promise<string> | string;
  /** Saves all that a later run needs to go on with the same bits; returns where. */
  checkpoint(iteration: number, training: SplatTraining): Promise<string>;
}

/** What to train and when to tell of it. */
export interface SplatTrainOptions {
  readonly config: SplatConfig;
  readonly train: readonly Shot[];
  readonly test: readonly Shot[];
  /** Radius of the training cameras. */
  readonly extent: number;
  readonly start: SplatStart;
  readonly testIterations?: readonly number[];
  readonly saveIterations?: readonly number[];
  readonly checkpointIterations?: readonly number[];
  /** Names of views by iteration, instead of the seed's order. */
  readonly viewOrder?: readonly string[] | undefined;
  /** Colours by iteration, instead of the seed's, under `random_background`. */
  readonly backgrounds?: readonly (readonly [number, number, number])[] | undefined;
  /**
   * Normal numbers by densification, instead of the seed's: [2 parents, 3] each, the first child of each
   * split Gaussian, then the second of each.
   */
  readonly splitNoise?: readonly Float32Array[] | undefined;
  readonly keeper?: SplatKeeper | undefined;
  /** Puts a freshly made training into the state of a checkpoint; returns the iterations done. */
  readonly restore?: ((training: SplatTraining) => number) | undefined;
  /** Is told of evaluations while they last, view by view. */
  readonly onTask?: ((task: SplatTask) => void) | undefined;
  /** Looks on between iterations, and may hold them. */
  readonly viewer?: {
    serve(iteration: number, scene: GuiScene, stop?: AbortSignal): Promise<void>;
  } | undefined;
  /** Ends the training after the iteration it is at once this is raised, with a checkpoint. */
  readonly stop?: AbortSignal | undefined;
}

/** All that a training changes as it goes. */
export class SplatTraining {
  readonly gaussians: Gaussians;
  readonly optimizer: SplatOptimizer;
  /** Null where the strategy is another. */
  readonly density: DensityControl | null;
  readonly mcmc: McmcControl | null;
  readonly exposures: Exposures | null;
  readonly budget: PairBudget;
  /** What backgrounds and children of Gaussians are drawn from. */
  readonly stream: TorchStream;

  constructor(readonly gpu: Gpu, readonly options: SplatTrainOptions) {
    const { config, start, extent, train } = options;
    if (start.splats.count === 0) {
      throw new RangeError("Cannot train Gaussians: there are none, one or more are needed");
    }
    this.stream = new TorchStream(config.seed);
    this.budget = new PairBudget({ most: pairLimit(gpu) });
    this.gaussians = new Gaussians(gpu, start.splats);
    this.gaussians.activeDegree = start.activeDegree;
    this.optimizer = new SplatOptimizer(this.gaussians, config, extent);
    const mcmc = config.strategy === "mcmc";
    this.density = mcmc ? null : new DensityControl(this.gaussians, config, extent);
    this.mcmc = mcmc ? new McmcControl(this.gaussians, config) : null;
    this.exposures = config.train_test_exp
      ? new Exposures(gpu, train.map(({ name }) => name), config)
      : null;
  }

  /** Gives all memory back. */
  release(): void {
    this.gaussians.release();
    this.density?.release();
    this.exposures?.release();
  }
}

/** Trains Gaussians on pictures (3DGS, Kerbl et al. 2023) and tells what happens. */
export async function* trainSplat(
  gpu: Gpu,
  options: SplatTrainOptions,
): AsyncGenerator<SplatEvent, void, void> {
  checkConfig(options.config);
  const { config, train, extent } = options;
  const { iterations } = config;
  const order = new Order(options);
  gpu.random.seed = config.seed;
  gpu.random.counter = 0;
  const training = new SplatTraining(gpu, options);
  const { gaussians } = training;
  const pixels = new ShotPixels(gpu, config.data_device === "cpu" ? 0 : PIXEL_BUDGET);
  const log = new CurveLog(gpu);
  const started = performance.now();
  const totals = () => ({
    gaussians: gaussians.count,
    seconds: (performance.now() - started) / 1000,
    peakMemory: gpu.memory.peak,
  });
  try {
    const first = options.restore?.(training) ?? 0;
    order.skip(first);
    yield {
      type: "started",
      adapter: gpu.name.description,
      iteration: first,
      iterations,
      gaussians: gaussians.count,
      views: train.length,
      extent,
    };
    await makeRoom(training);
    const tell = function* (rows: readonly CurveRow[]): Generator<SplatEvent> {
      for (const row of rows) {
        training.budget.note(row.pairs);
        if (row.overflow) yield { type: "skipped", iteration: row.iteration, pairs: row.pairs };
        else yield { type: "step", ...row };
      }
    };
    const run = new Iterations(training, { pixels, log });
    for (let iteration = first + 1; iteration <= iterations; iteration++) {
      if (options.viewer) {
        await options.viewer.serve(iteration, { gaussians, config }, options.stop);
      }
      const stops = options.stop?.aborted === true && iteration < iterations;
      const events = await run.next(iteration, order.next(), stops);
      yield* tell(await log.due(events.length > 0 || stops || iteration === iterations));
      yield* events;
      if (stops) return yield { type: "stopped", iteration, ...totals() };
    }
    await gpu.check();
    yield { type: "finished", iteration: Math.max(first, iterations), ...totals() };
  } finally {
    pixels.release();
    log.release();
    training.release();
  }
}

/** Counts pairs beforehand, so that the first pictures have room. */
async function makeRoom({ gaussians, budget, options }: SplatTraining): Promise<void> {
  const { train, config } = options;
  const step = Math.max(1, Math.ceil(train.length / COUNTED_VIEWS));
  const cameras = train.filter((_, i) => i % step === 0).map(({ camera }) => camera);
  budget.note(await mostPairs(gaussians, cameras, rasterOptions(config)));
}

/** Which view each iteration has. */
class Order {
  readonly #views: ViewOrder;
  readonly #byName: Map<string, number>;
  #iteration = 0;

  constructor(private readonly options: SplatTrainOptions) {
    const { config, train, test, viewOrder } = options;
    this.#views = new ViewOrder(train.length, { tests: test.length, seed: config.seed });
    this.#byName = new Map(train.map(({ name }, i) => [name, i]));
    if (viewOrder && viewOrder.length < config.iterations) {
      throw new RangeError(
        `Cannot train ${config.iterations} iterations: the order of views has ${viewOrder.length}`,
      );
    }
    const unknown = viewOrder?.find((name) => !this.#byName.has(name));
    if (unknown !== undefined) {
      throw new RangeError(
        `Cannot train on view "${unknown}": the scene's ${train.length} training views have no such name`,
      );
    }
  }

  /** Index of the next view. */
  next(): number {
    const { viewOrder } = this.options;
    const at = this.#iteration++;
    const drawn = this.#views.next();
    return viewOrder ? this.#byName.get(viewOrder[at]!)! : drawn;
  }

  skip(iterations: number): void {
    for (let i = 0; i < iterations; i++) this.next();
  }
}

/** The iterations of a training, in the reference's order of events. */
class Iterations {
  readonly #depthWeight: (iteration: number) => number;

  constructor(
    private readonly training: SplatTraining,
    private readonly shared: { readonly pixels: ShotPixels; readonly log: CurveLog },
  ) {
    const { config } = training.options;
    this.#depthWeight = exponential(config.depth_l1_weight_init, config.depth_l1_weight_final, {
      total: config.iterations,
    });
  }

  /** Does an iteration; `keep` leaves a checkpoint of it in any case. */
  async next(iteration: number, view: number, keep: boolean): Promise<SplatEvent[]> {
    const { training, shared } = this;
    const { gpu, gaussians, optimizer, exposures, options } = training;
    const { config, train } = options;
    const events: SplatEvent[] = [];
    using _scope = gpu.scope();
    if (iteration % ITERATIONS_PER_DEGREE === 0) {
      gaussians.activeDegree = Math.min(gaussians.activeDegree + 1, gaussians.maxDegree);
    }
    const shot = train[view]!;
    const results = trainStep(gaussians, config, {
      shot,
      pixels: await shared.pixels.load(shot),
      background: this.#background(iteration),
      capacity: training.budget,
      exposure: exposures?.of(view) ?? null,
      depth: shot.inverseDepth
        ? { prior: await shot.inverseDepth(), weight: this.#depthWeight(iteration) }
        : null,
    });
    shared.log.add({ iteration, gaussians: gaussians.count }, results);
    if (options.testIterations?.includes(iteration)) {
      events.push(...await this.#evaluate(iteration));
    }
    if (options.saveIterations?.includes(iteration)) events.push(...await this.#save(iteration));
    const { density } = training;
    const except = density && iteration < config.densify_until_iter
      ? await this.#control(density, { iteration, results, events })
      : [];
    if (iteration < config.iterations) {
      exposures?.step(iteration, results.broken);
      optimizer.step(iteration, { ...results, except });
    }
    gaussians.dropGradients();
    if (training.mcmc) await this.#sample(training.mcmc, iteration, events);
    if ((keep || options.checkpointIterations?.includes(iteration)) && options.keeper) {
      const path = await options.keeper.checkpoint(iteration, training);
      events.push({ type: "checkpoint", iteration, path });
    }
    return events;
  }

  #background(iteration: number): readonly [number, number, number] {
    const { stream, options: { config, backgrounds } } = this.training;
    if (!config.random_background) return backgroundOf(config);
    return backgrounds?.[iteration - 1] ?? stream.colour();
  }

  /** Where children are in their parents, at an iteration that densifies. */
  #children(iteration: number, parents: number): Float32Array {
    const { stream, options: { config, splitNoise } } = this.training;
    const { densify_from_iter: from, densification_interval: every } = config;
    const given = splitNoise?.[Math.floor(iteration / every) - Math.floor(from / every) - 1];
    if (!given) return stream.normals(6 * parents);
    if (given.length === 6 * parents) return given;
    // Where rounding splits some more or fewer, those in common keep what they have.
    const out = stream.normals(6 * parents);
    const theirs = given.length / 2;
    const common = Math.min(theirs, 3 * parents);
    out.set(given.subarray(0, common));
    out.set(given.subarray(theirs, theirs + common), 3 * parents);
    return out;
  }

  /** Density control; returns the groups that have been replaced and take no step therefore. */
  async #control(
    density: DensityControl,
    { iteration, results, events }: {
      iteration: number;
      results: Parameters<DensityControl["observe"]>[0];
      events: SplatEvent[];
    },
  ): Promise<readonly Group[]> {
    const { gaussians, budget, options: { config } } = this.training;
    const { densify_from_iter, densification_interval, opacity_reset_interval } = config;
    let except: readonly Group[] = [];
    density.observe(results);
    if (iteration > densify_from_iter && iteration % densification_interval === 0) {
      const before = gaussians.count;
      events.push({
        type: "densified",
        ...await density.densify(
          iteration,
          (parents) => this.#children(iteration, parents),
        ),
      });
      budget.note(Math.ceil(budget.peak * Math.max(1, gaussians.count / before)));
      except = GROUPS;
    }
    if (
      iteration % opacity_reset_interval === 0 ||
      (config.white_background && iteration === densify_from_iter)
    ) {
      density.resetOpacities();
      events.push({ type: "reset", iteration });
      if (!except.length) except = ["opacity"];
    }
    return except;
  }

  /** A step of the Markov chain, after the optimizer's. */
  async #sample(mcmc: McmcControl, iteration: number, events: SplatEvent[]): Promise<void> {
    const { gaussians, budget, optimizer, options: { config } } = this.training;
    const { densify_from_iter, densify_until_iter, densification_interval } = config;
    if (
      iteration > densify_from_iter && iteration < densify_until_iter &&
      iteration % densification_interval === 0
    ) {
      const before = gaussians.count;
      events.push({ type: "relocated", ...await mcmc.relocate(iteration) });
      // The dead were small or faint; where they are put they take as much room as others.
      budget.note(Math.ceil(budget.peak * 1.1 * gaussians.count / before));
    }
    if (iteration < config.iterations) mcmc.wander(optimizer.rate("xyz", iteration));
  }

  async #evaluate(iteration: number): Promise<SplatEvent[]> {
    const { gaussians, options, exposures } = this.training;
    const { config, train, test } = options;
    const watched = train.length
      ? [...new Set(WATCHED_VIEWS.map((i) => train[i % train.length]!))]
      : [];
    const indices = new Map(train.map((shot, i) => [shot.name, i]));
    const events: SplatEvent[] = [];
    for (const [set, shots] of [["test", test], ["train", watched]] as const) {
      if (!shots.length) continue;
      const metrics = await evaluateShots(gaussians, shots, {
        config,
        pixels: this.shared.pixels,
        onView: (done) =>
          options.onTask?.({ label: `${set} views`, unit: "view", done, total: shots.length }),
        exposureOf: (shot) =>
          exposures && indices.has(shot.name) ? exposures.of(indices.get(shot.name)!) : null,
      });
      events.push({ type: "evaluated", iteration, set, metrics });
    }
    return events;
  }

  async #save(iteration: number): Promise<SplatEvent[]> {
    const { gaussians, options, exposures } = this.training;
    if (!options.keeper) return [];
    const table = await exposures?.table() ?? identityExposures(options.train);
    const path = await options.keeper.save(iteration, await gaussians.splats(), table);
    return [{ type: "saved", iteration, path }];
  }
}
