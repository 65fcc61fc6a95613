import { normal } from "../../../../gpu/ops/array/elementwise/random.ts";
import { sigmoid } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { takeRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import { putRows } from "../../../../gpu/ops/array/rows/put_rows.ts";
import { addRows } from "../../../../gpu/ops/array/rows/scatter_add_rows.ts";
import { compact } from "../../../../gpu/parallel/compact.ts";
import { drawByWeight } from "../../../../gpu/parallel/draw/draw_by_weight.ts";
import { sum } from "../../../../gpu/ops/array/reduce/sum.ts";
import { noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { balanceParts } from "../../shards/balance.ts";
import { drawsByRank, ofOwnRun } from "../../shards/own_draws.ts";
import type { Relocated, Strategy, StrategyContext, StrategyEvent } from "../strategy.ts";
import { deadMarks } from "./dead_marks.ts";
import { addPositionNoise } from "./position_noise.ts";
import { shareOpacity } from "./share_opacity.ts";

/** Gaussians this faint are moved to where others are. */
const DEAD = 0.005;
/** How many more there may be after each growth. */
const GROWTH = 1.05;

/** Levels of the tree that `drawByWeight` walks down, 64 to a node: enough for 2^36 Gaussians. */
const MOST_LEVELS = 6;

/** Rows of new Gaussians: values as their sources have them, moments of zeros. */
function copiesOf(tensor: Tensor, sources: Tensor, role: "value" | "moment"): Tensor {
  return role === "value"
    ? takeRows(tensor, sources)
    : Tensor.zeros(tensor.gpu, [sources.size, ...tensor.shape.slice(1)]);
}

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
    const { gpu, gaussians, parts, options: { config } } = this.training;
    using _scope = gpu.scope();
    const noise = ofOwnRun(gpu, parts, {
      numbers: (count) => 3 * count,
      draw: () => normal(gpu, [gaussians.count, 3]),
    });
    addPositionNoise({
      means: gaussians.xyz.value,
      logScales: gaussians.logScales.value,
      rotations: gaussians.rotation.value,
      opacity: gaussians.opacity.value,
      noise,
    }, rate * config.noise_lr);
  }

  /**
   * Moves the dead to the living and adds a twentieth, up to the most there may be; waits for the GPU's
   * count of the dead.
   */
  async relocate(iteration: number): Promise<Relocated> {
    const { gpu, gaussians, parts, budget, options: { config } } = this.training;
    using _scope = gpu.scope();
    const before = parts.total;
    const { dead, weights } = deadMarks(gaussians.opacity.value, DEAD);
    const { kept, count } = compact(dead);
    const own = (await count.read("u32"))[0]!;
    const found = (await parts.table([own])).reduce((sum, [dead]) => sum + dead!, 0);
    // Where all are dead there is nowhere to move to.
    const moved = found < before ? found : 0;
    const most = config.max_gaussians || Infinity;
    const added = Math.max(0, Math.min(most, Math.floor(GROWTH * before)) - before);
    if (parts.spread) {
      if (moved) {
        const living = compact(weights.as("u32")).kept.window(0, gaussians.count - own);
        await this.#reviveInParts(living, { weights, moved });
      }
      if (added) {
        const opacities = noGradient(gpu, () => sigmoid(gaussians.opacity.value));
        await this.#growInParts(opacities, added);
      }
    } else {
      noGradient(gpu, () => {
        if (moved) this.#revive(kept.window(0, moved), drawByWeight(weights, moved));
        if (added) this.#grow(drawByWeight(sigmoid(gaussians.opacity.value), added));
      });
    }
    await parts.settle(gaussians.count);
    await balanceParts(parts, gaussians);
    // The dead were small or faint; where they are put they take as much room as others.
    budget.expect(Math.ceil(budget.peak * 1.1 * parts.total / before));
    return { iteration, moved, added, gaussians: parts.total };
  }

  /**
   * The dead go, and as many copies of the living stand on the ranks of those: all Gaussians are the same as
   * if they had moved, in another order.
   */
  async #reviveInParts(
    living: Tensor,
    { weights, moved }: { readonly weights: Tensor; readonly moved: number },
  ): Promise<void> {
    const { gpu, gaussians } = this.training;
    const sources = await this.#drawOwn(weights, moved);
    noGradient(gpu, () => {
      if (sources) this.#share(sources);
      for (const [, parameter] of sources ? gaussians.groups() : []) {
        parameter.changeMoments((moment) =>
          putRows(moment, sources!, Tensor.zeros(gpu, [sources!.size, ...moment.shape.slice(1)]))
        );
      }
      gaussians.resize((tensor, role) => {
        using scope = gpu.scope();
        const kept = takeRows(tensor, living);
        return scope.keep(sources ? concat([kept, copiesOf(tensor, sources, role)]) : kept);
      });
    });
  }

  async #growInParts(opacities: Tensor, added: number): Promise<void> {
    const sources = await this.#drawOwn(opacities, added);
    if (sources) noGradient(this.training.gpu, () => this.#grow(sources));
  }

  /** Of so many rows drawn by weight among all ranks' this rank's own; null where it has none of them. */
  async #drawOwn(weights: Tensor, draws: number): Promise<Tensor | null> {
    const { gpu, parts } = this.training;
    const [weight] = await sum(weights).read("f32");
    const shares = drawsByRank((await parts.table([weight!])).map(([of]) => of!), draws);
    const own = shares[parts.ranks.rank]!;
    // Philox numbers of each rank begin behind all that any rank may take.
    const first = gpu.random.counter;
    const room = MOST_LEVELS * Math.ceil(draws / 4);
    gpu.random.counter = first + room * parts.ranks.rank;
    const drawn = own ? drawByWeight(weights, own) : null;
    gpu.random.counter = first + room * parts.ranks.size;
    return drawn;
  }

  /** Makes rows u32 [m] of the dead copies of rows u32 [m] of the living; the moments of both become 0. */
  #revive(dead: Tensor, sources: Tensor): void {
    const { gpu, gaussians } = this.training;
    this.#share(sources);
    for (const [, parameter] of gaussians.groups()) {
      const { value } = parameter;
      putRows(value, dead, takeRows(value, sources));
      parameter.changeMoments((moment) => {
        const zeros = Tensor.zeros(gpu, [sources.size, ...moment.shape.slice(1)]);
        putRows(moment, dead, zeros);
        putRows(moment, sources, zeros);
      });
    }
  }

  /** Appends copies of rows u32 [m]; the originals keep their moments. */
  #grow(sources: Tensor): void {
    const { gpu, gaussians } = this.training;
    this.#share(sources);
    gaussians.resize((tensor, role) => {
      using scope = gpu.scope();
      return scope.keep(concat([tensor, copiesOf(tensor, sources, role)]));
    });
  }

  /** Gives each source what it has once it stands with its copies. */
  #share(sources: Tensor): void {
    const { gpu, gaussians } = this.training;
    const ones = Tensor.from(gpu, new Float32Array(sources.size).fill(1));
    shareOpacity({
      opacity: gaussians.opacity.value,
      logScales: gaussians.logScales.value,
      copies: addRows(ones, sources, gaussians.count),
    });
  }
}
