import { PhiloxStream } from "../../../../data/philox.ts";
import { logit, sigmoid } from "../../../../data/splats/activation.ts";
import { takeRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import { normal } from "../../../../gpu/ops/array/elementwise/random.ts";
import { addPositionNoise } from "./position_noise.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { Relocated, Strategy, StrategyContext, StrategyEvent } from "../strategy.ts";
import { drawByWeight, relocated } from "./relocation.ts";

/** Gaussians this faint are moved to where others are. */
const DEAD = 0.005;
/** How many more there may be after each growth. */
const GROWTH = 1.05;
/** Names the stream of random numbers that places are drawn from. */
const STREAM = 0x6d636d63;

/** Gaussians as samples of a Markov chain (3DGS-MCMC, Kheradmand et al. 2024) instead of density control. */
export class McmcControl implements Strategy {
  /** It looks at opacities alone. */
  readonly watches = null;

  constructor(private readonly training: StrategyContext) {}

  async afterStep(iteration: number): Promise<readonly StrategyEvent[]> {
    const { optimizer, options: { config } } = this.training;
    const { densify_from_iter, densify_until_iter, densification_interval, iterations } = config;
    const events: StrategyEvent[] = [];
    if (
      iteration > densify_from_iter && iteration < densify_until_iter &&
      iteration % densification_interval === 0
    ) events.push({ type: "relocated", ...await this.relocate(iteration) });
    if (iteration < iterations) this.wander(optimizer.rate("xyz", iteration));
    return events;
  }

  /** Lets faint Gaussians wander; `rate` is the learning rate of positions now. */
  wander(rate: number): void {
    const { gpu, gaussians, options: { config } } = this.training;
    using _scope = gpu.scope();
    addPositionNoise({
      means: gaussians.xyz.value,
      scaling: gaussians.scaling.value,
      rotations: gaussians.rotation.value,
      opacity: gaussians.opacity.value,
      noise: normal(gpu, [gaussians.count, 3]),
    }, rate * config.noise_lr);
  }

  /** Moves the dead to the living and adds a twentieth, up to the most there may be. */
  async relocate(iteration: number): Promise<Relocated> {
    const { gaussians, budget, options: { config } } = this.training;
    const before = gaussians.count;
    const stream = new PhiloxStream(config.seed, STREAM, iteration);
    const plan = new RelocationPlan(
      await gaussians.opacity.value.read("f32"),
      await gaussians.scaling.value.read("f32"),
    );
    const moved = plan.reviveDead(() => stream.uniform());
    const most = config.max_gaussians || Infinity;
    const wanted = Math.min(most, Math.floor(GROWTH * before));
    const added = Math.max(0, wanted - before);
    plan.grow(added, () => stream.uniform());
    if (moved || added) this.#apply(plan);
    // The dead were small or faint; where they are put they take as much room as others.
    budget.note(Math.ceil(budget.peak * 1.1 * gaussians.count / before));
    return { iteration, moved, added, gaussians: gaussians.count };
  }

  #apply({ rows, moments, opacities, scaling }: RelocationPlan): void {
    const { gpu, gaussians } = this.training;
    using _scope = gpu.scope();
    const [values, kept] = [rows, moments].map((index) =>
      Tensor.from(gpu, Uint32Array.from(index))
    );
    gaussians.resize((tensor, role) => takeRows(tensor, role === "value" ? values! : kept!));
    gaussians.opacity.set(Float32Array.from(opacities));
    gaussians.scaling.set(Float32Array.from(scaling));
  }
}

/** Rows that stand for none: their moments become 0. */
const NONE = 0xffffffff;

/** Which row each Gaussian comes from, and what its opacity and scales become. */
class RelocationPlan {
  readonly rows: number[];
  readonly moments: number[];
  readonly opacities: number[];
  readonly scaling: number[];

  constructor(opacities: Float32Array, scaling: Float32Array) {
    this.rows = Array.from(opacities, (_, i) => i);
    this.moments = [...this.rows];
    this.opacities = Array.from(opacities);
    this.scaling = Array.from(scaling);
  }

  /** Puts dead Gaussians where live ones are, drawn by opacity; returns how many. */
  reviveDead(uniform: () => number): number {
    const weights = Float64Array.from(this.opacities, (value) => sigmoid(value));
    const dead: number[] = [];
    weights.forEach((opacity, i) => {
      if (opacity > DEAD) return;
      dead.push(i);
      weights[i] = 0;
    });
    if (!dead.length || dead.length === weights.length) return 0;
    const sources = drawByWeight(weights, dead.length, uniform);
    this.#share(sources);
    dead.forEach((i, at) => this.#copy(sources[at]!, i));
    for (const source of sources) this.moments[source] = NONE;
    return dead.length;
  }

  /** Adds copies of Gaussians drawn by opacity; the originals keep their moments. */
  grow(count: number, uniform: () => number): void {
    if (!count) return;
    const weights = Float64Array.from(this.opacities, (value) => sigmoid(value));
    const sources = drawByWeight(weights, count, uniform);
    this.#share(sources);
    for (const source of sources) this.#copy(source, this.rows.length);
  }

  /** Gives each source what it has once it stands with its copies. */
  #share(sources: Uint32Array): void {
    const times = new Map<number, number>();
    for (const source of sources) times.set(source, (times.get(source) ?? 0) + 1);
    for (const [source, copies] of times) {
      const { opacity, scale } = relocated(sigmoid(this.opacities[source]!), copies + 1);
      this.opacities[source] = logit(opacity);
      for (let k = 0; k < 3; k++) this.scaling[3 * source + k]! += Math.log(scale);
    }
  }

  #copy(source: number, to: number): void {
    this.rows[to] = this.rows[source]!;
    this.moments[to] = NONE;
    this.opacities[to] = this.opacities[source]!;
    for (let k = 0; k < 3; k++) this.scaling[3 * to + k] = this.scaling[3 * source + k]!;
  }
}
