import { exponential } from "../../../gpu/optim/schedules.ts";
import { backgroundOf } from "../config.ts";
import type { CurveLog } from "./curve_log.ts";
import type { DensityControl } from "./density_control.ts";
import { evaluateShots } from "../measures/evaluation.ts";
import { identityExposures } from "./exposure.ts";
import { type Group, GROUPS } from "../gaussians.ts";
import type { McmcControl } from "./mcmc_control.ts";
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
