import { slice } from "../../../../gpu/ops/array/move/slice.ts";
import { scale } from "../../../../gpu/ops/array/elementwise/unary.ts";
import type { Parameter } from "../../../../gpu/parameter.ts";
import { accumulate, noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { Ranks } from "../../../run/ranks/ranks.ts";
import { sumOverRanks } from "../../../run/ranks/buckets.ts";
import { addGradientStatistics } from "../../strategies/default/gradient_statistics.ts";
import type { SplatTraining } from "../splat_training.ts";
import { brokenOf, type StepResults } from "../train_step.ts";
import { joinFrames } from "./join_frames.ts";

/**
 * What several views of a step leave behind, as if they were one: means of losses and gradients, and sums of
 * what density control counts. Each view's own gradients are summed first, so that views in one process
 * and views on as many ranks are added up in the same order.
 */
export class ViewSums {
  readonly #gradients = new Map<Parameter, Tensor>();
  readonly #frames: Tensor;
  readonly #loss: Tensor;
  readonly #l1: Tensor;
  readonly #seen: Tensor | null;
  #done = 0;

  /** `own` views are drawn here, of `all` that the step has; to be made inside the step's scope. */
  constructor(
    private readonly training: SplatTraining,
    own: number,
    private readonly all: number,
  ) {
    const { gpu, gaussians, strategy, options: { config } } = training;
    this.#frames = Tensor.empty(gpu, [own, 4], "u32");
    this.#loss = Tensor.zeros(gpu, [1]);
    this.#l1 = Tensor.zeros(gpu, [1]);
    const counted = strategy.watches || config.optimizer_type === "sparse_adam";
    this.#seen = counted ? Tensor.zeros(gpu, [gaussians.count, 2]) : null;
  }

  /** Takes over what one view left, and its gradients, which are of the mean over all views. */
  add({ loss, l1, frame, radii, screen, broken }: StepResults): void {
    const { gpu } = this.training;
    for (const [, parameter] of this.training.parameters()) {
      const { gradient } = parameter.value;
      if (!gradient) continue;
      parameter.value.gradient = null;
      const sum = this.#gradients.get(parameter);
      if (!sum) this.#gradients.set(parameter, gradient);
      else {
        accumulate(sum, gradient);
        gradient.release();
      }
    }
    noGradient(gpu, () => {
      accumulate(this.#loss, scale(loss, 1 / this.all));
      accumulate(this.#l1, scale(l1, 1 / this.all));
    });
    if (radii) this.count({ screen, radii, broken });
    const { buffer, byteOffset } = this.#frames;
    const to = byteOffset + frame.bytes * this.#done++;
    gpu.commands.copyBuffer(frame.buffer, frame.byteOffset, buffer, to, frame.bytes);
  }

  /** Adds a view to what density control counts, where it counts. */
  count(
    { screen, radii, broken }: Pick<StepResults, "screen" | "broken"> & {
      readonly radii: Tensor;
    },
  ): void {
    if (!this.#seen) return;
    addGradientStatistics(this.#seen, {
      screen: screen ?? Tensor.zeros(this.training.gpu, this.#seen.shape),
      radii,
      broken,
      views: this.all,
    });
  }

  /** Adds a loss that is not of a view. */
  addLoss(loss: Tensor): void {
    accumulate(this.#loss, loss);
  }

  /** All of it once every view was added; the sums of gradients are at the parameters then. */
  results(): StepResults {
    for (const [parameter, sum] of this.#gradients) parameter.value.gradient = sum;
    const frame = joinFrames(this.#frames);
    return {
      loss: this.#loss,
      l1: this.#l1,
      frame,
      broken: brokenOf(frame),
      radii: null,
      screen: null,
      seen: this.#seen,
    };
  }
}

/** i32 [n], above 0 for what is in some picture, from sums [n, 2] of gradients and pictures. */
export function inSomePicture(seen: Tensor): Tensor {
  // By the bits of the count: those of a float above 0 are an i32 above 0.
  return slice(seen, 1, 1, 2).as("i32").alias([seen.rows]);
}

/** Refuses ranks whose Gaussians have come to differ. */
function assertAlike(most: number, fewest: number): void {
  if (most === fewest) return;
  throw Object.assign(
    new Error(
      `Cannot go on: one rank has ${most} Gaussians, another ${fewest}, all must have the same`,
    ),
    {
      hint:
        "GPUs of different kinds round differently: give all ranks the same, or --shard-gaussians",
    },
  );
}

/** Adds up what the ranks' views left, and holds all ranks back where one had no room for its pairs. */
export async function sumViews(
  ranks: Ranks,
  training: SplatTraining,
  { loss, l1, frame, broken, seen }: StepResults,
): Promise<void> {
  const { gpu, gaussians } = training;
  const counts = await frame.read("u32");
  const { count } = gaussians;
  // Of all ranks the largest counts, and most and fewest Gaussians.
  const largest = Float64Array.of(counts[0]!, counts[1]!, counts[2]!, counts[3]!, count, -count);
  await ranks.largest(largest);
  if (!training.parts.spread) assertAlike(largest[4]!, -largest[5]!);
  frame.write(Uint32Array.from(largest.subarray(0, 4)));
  broken.write(Uint32Array.of(largest[3]!));
  // Of Gaussians that are spread over ranks, their owner has all of it.
  const { spread } = training.parts;
  const own = new Set<Parameter>(spread ? gaussians.groups().map(([, one]) => one) : []);
  // No harmonics beyond the first have gradients before they are in use; all else has on some rank.
  if (gaussians.shRest && !gaussians.activeDegree) own.add(gaussians.shRest);
  const gradients = training.parameters().flatMap(([, parameter]) =>
    own.has(parameter) ? [] : [parameter.gradient!]
  );
  await sumOverRanks(gpu, ranks, [loss, l1, ...seen && !spread ? [seen] : [], ...gradients]);
}
