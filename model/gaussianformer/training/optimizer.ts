import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm, type ClippedNorm } from "../../../gpu/optim/clip_norm.ts";
import { type Schedule, warmupCosine } from "../../../gpu/optim/schedules.ts";
import type { Parameter } from "../../../gpu/parameter.ts";
import type { OptimConfig } from "../config/config.ts";

/** A parameter with its key. */
export type NamedParameter = readonly [key: string, parameter: Parameter];

/**
 * AdamW over a model's parameters as the original sets it up: two groups, of which the backbones' has
 * a rate of its own, one joint clip, warm-up and cosine.
 */
export class Optimizer {
  readonly #groups: { parameters: Parameter[]; schedule: Schedule }[];

  constructor(
    private readonly trained: readonly NamedParameter[],
    private readonly config: OptimConfig,
    /** Key frames per step: the original moves its schedule on with each of them. */
    private readonly accumulation = 1,
  ) {
    const { lr, backboneLr, minLrRatio, warmupSteps: warmup, steps } = config;
    // Every group decays to the same floor, which for a backbone at 0.1 keeps its rate constant.
    const floor = minLrRatio * lr;
    const group = (backbone: boolean, rate: number) => ({
      // The original looks for the word anywhere in a key, so the initializer's backbone counts too.
      parameters: trained.filter(([key]) => key.includes("img_backbone") === backbone)
        .map(([, parameter]) => parameter),
      schedule: warmupCosine(rate, { warmup, total: steps * accumulation, floor }),
    });
    this.#groups = [group(false, lr), group(true, lr * backboneLr)]
      .filter(({ parameters }) => parameters.length);
  }

  /** Largest rate of a step, counted from 1. */
  rate(step: number): number {
    return Math.max(...this.#groups.map(({ schedule }) => schedule(this.#iteration(step))));
  }

  /** Clips, steps and clears the gradients. */
  step(step: number): ClippedNorm {
    const { clipNorm: largest, weightDecay } = this.config;
    const norm = clipNorm(this.trained.map(([, parameter]) => parameter.gradient!), largest);
    const groups = this.#groups.map(({ parameters, schedule }) => ({
      parameters,
      rate: schedule(this.#iteration(step)),
      weightDecay,
    }));
    adamw(groups, { step, factor: norm.factor, broken: norm.brokenTotal });
    for (const [, parameter] of this.trained) parameter.zeroGradient();
    return norm;
  }

  // The original sets the rate after each key frame to that frame's number, counted from 0, so the
  // next one runs with it: one late.
  #iteration(step: number): number {
    return Math.max(0, step * this.accumulation - 2);
  }
}
