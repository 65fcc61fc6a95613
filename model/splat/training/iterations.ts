import { exponential } from "../../../gpu/optim/schedules.ts";
import { backgroundOf } from "../config.ts";
import type { CurveLog } from "./curve_log.ts";
import { evaluateShots } from "../measures/evaluation.ts";
import { identityExposures } from "./exposure.ts";
import type { ShotPixels } from "../scene/shot.ts";
import type { SplatEvent } from "./train_events.ts";
import { trainStep } from "./train_step.ts";
import type { SplatTraining } from "./splat_training.ts";

/** Harmonics of one degree more are used after so many iterations. */
const ITERATIONS_PER_DEGREE = 1000;
/** Training views that are evaluated along with the tests: the 6th, 11th, ... */
const WATCHED_VIEWS = [5, 10, 15, 20, 25];

/** The iterations of a training, in the reference's order of events. */
export class Iterations {
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
    const { gpu, gaussians, strategy, optimizer, exposures, options } = training;
    const { config, train } = options;
    const events: SplatEvent[] = [];
    using _scope = gpu.scope();
    if (iteration % ITERATIONS_PER_DEGREE === 0) {
      gaussians.activeDegree = Math.min(gaussians.activeDegree + 1, gaussians.maxDegree);
    }
    const shot = train[view]!;
    const results = trainStep(training, {
      shot,
      picture: await shared.pixels.load(shot),
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
    const done = await strategy.afterBackward?.(iteration, results);
    events.push(...done?.events ?? []);
    if (iteration < config.iterations) {
      exposures?.step(iteration, results.broken);
      optimizer.step(iteration, { ...results, except: done?.replaced ?? [] });
    }
    gaussians.dropGradients();
    events.push(...await strategy.afterStep?.(iteration) ?? []);
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
