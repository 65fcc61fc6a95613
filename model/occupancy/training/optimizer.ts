import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm, type ClippedNorm, type Pieces, piecesOf } from "../../../gpu/optim/clip_norm.ts";
import { FlatParameters } from "../../../gpu/optim/flat_parameters.ts";
import { multiStep, type Schedule, warmupCosine } from "../../../gpu/optim/schedules.ts";
import type { OptimConfig } from "../config/model_config.ts";
import { type NamedParameter, parameterGroups, type RatedGroup } from "./parameter_groups.ts";

export type { NamedParameter };

/**
 * AdamW over a model's parameters as the original sets it up: groups with rates of their own, one joint
 * clip. It moves the parameters side by side, so that a step is a few dispatches.
 */
export class Optimizer {
  readonly #groups: (RatedGroup & { readonly schedule: Schedule })[];
  readonly #flat: FlatParameters | null;
  #pieces: Pieces | null = null;

  constructor(
    private readonly trained: readonly NamedParameter[],
    private readonly config: OptimConfig,
    /** Batches per step: the original moves its schedule on with each of them. */
    private readonly accumulation = 1,
  ) {
    this.#groups = parameterGroups(trained, config)
      .map((group) => ({ ...group, schedule: scheduleOf(config, group.lr, accumulation) }));
    const gpu = trained[0]?.[1].gpu;
    this.#flat = gpu
      ? new FlatParameters(gpu, this.#groups.map(({ parameters }) => parameters))
      : null;
  }

  /** Largest rate of a step, counted from 1. */
  rate(step: number): number {
    return Math.max(...this.#groups.map(({ schedule }) => schedule(this.#iteration(step))));
  }

  /** Clips, steps and clears the gradients. */
  step(step: number): ClippedNorm {
    const { clipNorm: largest, betas, eps } = this.config;
    this.#flat?.gatherGradients();
    this.#flat?.gatherMoments();
    const gradients = this.trained.map(([, parameter]) => parameter.gradient!);
    this.#pieces ??= piecesOf(gradients);
    const norm = clipNorm(gradients, largest, this.#pieces);
    using _views = gradients[0]!.gpu.scope();
    const groups = this.#groups.map(({ weightDecay, schedule }, group) => ({
      parameters: this.#flat!.stretches(group),
      rate: schedule(this.#iteration(step)),
      weightDecay,
    }));
    adamw(groups, { step, betas, eps, factor: norm.factor, broken: norm.brokenTotal });
    this.#flat?.zeroGradients();
    return norm;
  }

  /** Gives back what is not the parameters' own. */
  release(): void {
    this.#flat?.release();
    this.#pieces?.table.release();
  }

  // The original sets the rate after each batch to that batch's number, counted from 0, so the
  // next one runs with it: one late.
  #iteration(step: number): number {
    return Math.max(0, step * this.accumulation - 2);
  }
}

/** The rate of a group as a function of the batches done. */
function scheduleOf(
  { lr, minLrRatio, warmupSteps: warmup, warmupStart: start, steps, ...rest }: OptimConfig,
  multiplier: number,
  accumulation: number,
): Schedule {
  const rate = lr * multiplier;
  if (rest.schedule === "multistep") {
    return multiStep(rate, { milestones: rest.milestones, factor: rest.decayRate, warmup, start });
  }
  // Every group decays to the same floor, which for a backbone at 0.1 keeps its rate constant.
  return warmupCosine(rate, { warmup, total: steps * accumulation, start, floor: minLrRatio * lr });
}
