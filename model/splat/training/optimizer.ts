import { adamw } from "../../../gpu/optim/adamw.ts";
import { codedAdamw } from "../../../gpu/optim/coded_adamw.ts";
import { sparseAdam } from "../../../gpu/optim/sparse_adam.ts";
import { exponential } from "../../../gpu/optim/schedules.ts";
import type { ExtraOptions, OptimizationOptions } from "../config.ts";
import { type BatchScaling, batchScaling } from "./batch/batch_scaling.ts";
import { inSomePicture } from "./batch/view_sums.ts";
import type { StepResults } from "./train_step.ts";
import type { Gaussians, Group } from "../gaussians.ts";

/** Gradients of Gaussians far away are so small that a larger one would stop them (the reference's). */
const EPS = 1e-15;

/** Adam over the parameters of Gaussians, each with its own rate and its own count of steps. */
export class SplatOptimizer {
  /** Steps that each group has taken; densification makes a group miss one. */
  readonly steps: Record<Group, number> = {
    xyz: 0,
    featuresDc: 0,
    featuresRest: 0,
    opacity: 0,
    scaling: 0,
    rotation: 0,
  };
  readonly #rates: Record<Group, (iteration: number) => number>;
  readonly #sparse: boolean;
  readonly #compact: boolean;

  /**
   * `extent` is the radius of the cameras, which the rate of positions is in units of; `scaling` is of the
   * views of a step.
   */
  constructor(
    private readonly gaussians: Gaussians,
    options: OptimizationOptions & Pick<ExtraOptions, "compact">,
    extent: number,
    private readonly scaling: BatchScaling = batchScaling(1),
  ) {
    const { feature_lr, opacity_lr, scaling_lr, rotation_lr } = options;
    this.#sparse = options.optimizer_type === "sparse_adam";
    this.#compact = options.compact;
    this.#rates = {
      xyz: exponential(options.position_lr_init * extent, options.position_lr_final * extent, {
        total: options.position_lr_max_steps,
      }),
      featuresDc: () => feature_lr,
      featuresRest: () => feature_lr / 20,
      opacity: () => opacity_lr,
      scaling: () => scaling_lr,
      rotation: () => rotation_lr,
    };
  }

  /** Learning rate of a group at an iteration, from 1 on. */
  rate(group: Group, iteration: number): number {
    return this.scaling.rate * this.#rates[group](iteration);
  }

  /**
   * One step of every group that has a gradient and is not in `except`; `broken` u32 [1] holds the
   * values back unless it is 0. The sparse variant moves what is in the pictures.
   */
  step(
    iteration: number,
    { broken, radii, seen, except = [] }: Pick<StepResults, "broken" | "radii" | "seen"> & {
      readonly except?: readonly Group[];
    },
  ): void {
    const visible = this.#sparse ? radii ?? inSomePicture(seen!) : null;
    const { betas } = this.scaling;
    const eps = EPS * this.scaling.eps;
    for (const [name, parameter] of this.gaussians.groups()) {
      if (except.includes(name)) continue;
      const step = ++this.steps[name];
      // Harmonics beyond the first that are not in use yet: gradient 0, moments 0, nothing moves.
      if (!parameter.value.gradient) continue;
      const rate = this.rate(name, iteration);
      if (visible) sparseAdam(parameter, { rate, radii: visible, broken, betas, eps });
      else {
        const columns = name === "featuresRest" ? this.#harmonicsInUse() : undefined;
        const group = { rate, ...columns !== undefined && { columns } };
        const shared = { step, betas, eps, broken };
        if (this.#compact) codedAdamw(parameter, group, shared);
        else adamw([{ ...group, parameters: [parameter] }], shared);
      }
    }
  }

  /** Values of a Gaussian's harmonics beyond the first that have had gradients; degrees only grow. */
  #harmonicsInUse(): number {
    return 3 * ((this.gaussians.activeDegree + 1) ** 2 - 1);
  }
}
