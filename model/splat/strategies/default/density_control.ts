import { takeRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import { clamp } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { accumulate, copyOf, noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { type Group, GROUPS } from "../../gaussians.ts";
import { balanceParts } from "../../shards/balance.ts";
import type { StepResults } from "../../training/train_step.ts";
import type {
  AfterBackward,
  Densified,
  SavedStrategyState,
  Strategy,
  StrategyContext,
  StrategyEvent,
  StrategyState,
} from "../strategy.ts";
import { affordableThreshold } from "./affordable_threshold.ts";
import { noiseOfRun, noiseOfThose, withGiven } from "./children_noise.ts";
import { type DensityMarks, densityMarks } from "./density_marks.ts";
import { addGradientStatistics } from "./gradient_statistics.ts";
import { countGrowth, grownRows, type Growth } from "./grown_rows.ts";
import { splitChildren } from "./split_children.ts";

/** Gaussians fainter than this go. */
const LEAST_OPACITY = 0.005;
/** What opacities are cut to at a reset, as a logit: that of 0.01. */
const RESET_LOGIT = Math.log(0.01 / 0.99);
/** Gaussians larger than this share of the cameras' extent go, once opacities have been reset. */
const LARGEST_SHARE = 0.1;
/** Name of the sums in a checkpoint. */
const SUMS = "sums";

/** Adaptive density control of 3DGS (Kerbl et al. 2023, section 5.2), as the reference's code has it. */
export class DensityControl implements Strategy {
  /** Per Gaussian: lengths of gradients by the place on the screen, pictures it was in; [n, 2]. */
  #sums: Tensor;

  constructor(
    private readonly training: StrategyContext,
    readonly watches: "gradient" | "magnitude",
  ) {
    this.#sums = this.#zeros();
  }

  async afterBackward(
    iteration: number,
    { screen, radii, broken, seen }: StepResults,
  ): Promise<AfterBackward> {
    const { config } = this.training.options;
    const { densify_from_iter, densification_interval, opacity_reset_interval } = config;
    const events: StrategyEvent[] = [];
    let replaced: readonly Group[] = [];
    if (iteration >= config.densify_until_iter) return { events, replaced };
    if (seen) accumulate(this.#sums, seen);
    else addGradientStatistics(this.#sums, { screen: screen!, radii: radii!, broken });
    if (iteration > densify_from_iter && iteration % densification_interval === 0) {
      events.push({ type: "densified", ...await this.densify(iteration) });
      replaced = GROUPS;
    }
    if (
      iteration % opacity_reset_interval === 0 ||
      (config.white_background && iteration === densify_from_iter)
    ) {
      this.resetOpacities();
      events.push({ type: "reset", iteration });
      if (!replaced.length) replaced = ["opacity"];
    }
    return { events, replaced };
  }

  /**
   * Doubles small Gaussians and splits large ones where gradients are large, and drops faint and huge
   * ones; waits for the GPU's counts.
   */
  async densify(iteration: number): Promise<Densified> {
    const { gpu, gaussians, parts, budget, options: { config, extent } } = this.training;
    using _scope = gpu.scope();
    const before = parts.total;
    const { logScales, opacity } = gaussians;
    const marks = densityMarks(
      { sums: this.#sums, logScales: logScales.value, opacity: opacity.value },
      {
        threshold: await this.#threshold(),
        size: config.percent_dense * extent,
        leastOpacity: LEAST_OPACITY,
        largest: iteration > config.opacity_reset_interval ? LARGEST_SHARE * extent : 0,
      },
    );
    const growth = await countGrowth(gpu, marks);
    // Of each rank what stays, is doubled and split, then its counts.
    const growths = await parts.table([growth.stay, growth.double, growth.split, ...growth.counts]);
    const [stay, double, split, cloned, parents, faint, large] = growths[0]!.map((_, k) =>
      growths.reduce((sum, of) => sum + of[k]!, 0)
    ) as [number, number, number, number, number, number, number];
    const count = stay + double + 2 * split;
    if (count === 0) {
      throw new RangeError(
        `Cannot train on: densification at iteration ${iteration} would drop all ${before} ` +
          "Gaussians as too faint or too large",
      );
    }
    const { values, moments } = grownRows(gpu, growth);
    gaussians.resize((tensor, role) => takeRows(tensor, role === "value" ? values : moments));
    const noise = split
      ? await this.#noise(iteration, {
        marks,
        growth,
        parents,
        before: growths.slice(0, parts.ranks.rank).reduce((sum, of) => sum + of[4]!, 0),
      })
      : new Float32Array(0);
    if (growth.split) {
      splitChildren(
        {
          means: gaussians.xyz.value,
          logScales: gaussians.logScales.value,
          rotations: gaussians.rotation.value,
        },
        Tensor.from(gpu, noise, [2 * growth.split, 3]),
      );
    }
    await parts.settle(gaussians.count);
    await balanceParts(parts, gaussians);
    this.#sums.release();
    this.#sums = this.#zeros();
    budget.expect(Math.ceil(budget.peak * Math.max(1, count / before)));
    return { iteration, cloned, split: parents, faint, large, gaussians: count };
  }

  /** Cuts opacities to 0.01 and forgets their moments. */
  resetOpacities(): void {
    const { gpu, gaussians } = this.training;
    noGradient(gpu, () => {
      gaussians.opacity.resize((tensor, role) => {
        if (role === "value") return clamp(tensor, -3e38, RESET_LOGIT);
        const zeros = copyOf(tensor);
        gpu.commands.clear(zeros);
        return zeros;
      });
    });
    gaussians.dropGradients(["opacity"]);
  }

  state(): StrategyState {
    return { tensors: [[SUMS, this.#sums]], json: {} };
  }

  restore({ arrays }: SavedStrategyState): void {
    const { data } = arrays.get(SUMS) ?? {};
    if (!(data instanceof Float32Array && data.length === this.#sums.size)) {
      throw new SyntaxError(
        `Cannot restore density control: "${SUMS}" must be float32 [${this.#sums.shape}], ` +
          `${data ? `it has ${data.length} values` : "there is none"}`,
      );
    }
    this.#sums.write(data);
  }

  release(): void {
    this.#sums.release();
  }

  /** The threshold with which there will be no more Gaussians than there may be. */
  async #threshold(): Promise<number> {
    const { parts: { total, ranks }, options: { config } } = this.training;
    const { max_gaussians, densify_grad_threshold: threshold } = config;
    if (!max_gaussians || 2 * total <= max_gaussians) return threshold;
    const room = Math.max(0, max_gaussians - total);
    return affordableThreshold(ranks, await this.#sums.read("f32"), { threshold, room });
  }

  /**
   * Where children are in their parents [2 split, 3]: those given for this densification, or drawn, of
   * all `parents`, of which this rank's come after so many others.
   */
  async #noise(
    iteration: number,
    { marks, growth, parents, before }: {
      readonly marks: DensityMarks;
      readonly growth: Growth;
      readonly parents: number;
      readonly before: number;
    },
  ): Promise<Float32Array> {
    const { stream, options: { config, splitNoise } } = this.training;
    const { densify_from_iter: from, densification_interval: every } = config;
    const given = splitNoise?.[Math.floor(iteration / every) - Math.floor(from / every) - 1];
    const all = given?.length === 6 * parents
      ? given
      : withGiven(stream.normals(6 * parents), given);
    const own = growth.counts[1];
    const noise = noiseOfRun(all, { first: before, count: own });
    if (own === growth.split) return noise;
    return noiseOfThose(noise, {
      parents: await marks.parents.read("u32"),
      stay: await marks.splits.read("u32"),
    });
  }

  #zeros(): Tensor {
    const { gpu, gaussians } = this.training;
    return gpu.lasting(() => Tensor.zeros(gpu, [gaussians.count, 2]));
  }
}
