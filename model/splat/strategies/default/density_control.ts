import { takeRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import { clamp } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { accumulate, copyOf, noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { type Group, GROUPS } from "../../gaussians.ts";
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
import { noiseOfThose, withGiven } from "./children_noise.ts";
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
    const { gpu, gaussians, budget, options: { config, extent } } = this.training;
    using _scope = gpu.scope();
    const before = gaussians.count;
    const { scaling, opacity } = gaussians;
    const marks = densityMarks(
      { sums: this.#sums, scaling: scaling.value, opacity: opacity.value },
      {
        threshold: await this.#threshold(),
        size: config.percent_dense * extent,
        leastOpacity: LEAST_OPACITY,
        largest: iteration > config.opacity_reset_interval ? LARGEST_SHARE * extent : 0,
      },
    );
    const growth = await countGrowth(gpu, marks);
    const { stay, double, split } = growth;
    const count = stay + double + 2 * split;
    if (count === 0) {
      throw new RangeError(
        `Cannot train on: densification at iteration ${iteration} would drop all ${before} ` +
          "Gaussians as too faint or too large",
      );
    }
    const { values, moments } = grownRows(gpu, growth);
    gaussians.resize((tensor, role) => takeRows(tensor, role === "value" ? values : moments));
    if (split) {
      const noise = await this.#noise(iteration, { marks, growth });
      splitChildren(
        {
          means: gaussians.xyz.value,
          scaling: gaussians.scaling.value,
          rotations: gaussians.rotation.value,
        },
        Tensor.from(gpu, noise, [2 * split, 3]),
      );
    }
    this.#sums.release();
    this.#sums = this.#zeros();
    budget.expect(Math.ceil(budget.peak * Math.max(1, count / before)));
    const [cloned, parents, faint, large] = growth.counts;
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
    const { gaussians: { count }, options: { config } } = this.training;
    const { max_gaussians, densify_grad_threshold } = config;
    if (!max_gaussians || 2 * count <= max_gaussians) return densify_grad_threshold;
    const room = Math.max(0, max_gaussians - count);
    return affordableThreshold(await this.#sums.read("f32"), densify_grad_threshold, room);
  }

  /** Where children are in their parents [2 split, 3]: those given for this densification, or drawn. */
  async #noise(
    iteration: number,
    { marks, growth }: { readonly marks: DensityMarks; readonly growth: Growth },
  ): Promise<Float32Array> {
    const { stream, options: { config, splitNoise } } = this.training;
    const { densify_from_iter: from, densification_interval: every } = config;
    const parents = growth.counts[1];
    const given = splitNoise?.[Math.floor(iteration / every) - Math.floor(from / every) - 1];
    const noise = given?.length === 6 * parents
      ? given
      : withGiven(stream.normals(6 * parents), given);
    if (parents === growth.split) return noise;
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
