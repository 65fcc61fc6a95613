import type { Sample } from "../../../data/occupancy/sample.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { accumulate, backward, backwardByLeaves } from "../../../gpu/tape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { ModelConfig } from "../config/model_config.ts";
import { noTrace, type Trace } from "../network/trace.ts";
import { uploadSample } from "./sample_batch.ts";
import type { Memory, Moment } from "../network/occupancy_network.ts";
import { keptMemory, releaseMemory } from "../stream/memory.ts";
import type { Keep, StagedModel } from "./staged_model.ts";

/** Where the key frames of a step come from, and what is told of it. */
export interface GradientOptions {
  readonly config: ModelConfig;
  readonly next: () => Promise<Sample>;
  /** Batches whose gradients make one step. */
  readonly accumulation: number;
  readonly trace?: Trace | undefined;
  /** Where a key frame goes on from the one before it. */
  readonly memory?: StepMemory | null | undefined;
  /** Told, while the last batch is walked back, of values whose gradients nothing more is added to. */
  readonly finished?: ((values: readonly Tensor[]) => Promise<void>) | undefined;
}

/** What is handed from key frame to key frame. */
export interface StepMemory {
  /** What the key frame of a moment goes on from. */
  before(moment: Moment): Memory | null;
  /** Notes what it leaves. */
  keep: Keep;
}

/**
 * Sums the gradients of `accumulation` batches into the parameters, key frame by key frame; returns
 * their mean loss. Where batch norms are frozen the sum is that of one large batch.
 */
export async function accumulateGradients(
  gpu: Gpu,
  trainee: StagedModel,
  { config, next, accumulation, memory, finished, trace = noTrace }: GradientOptions,
): Promise<{ loss: Tensor }> {
  let total: Tensor | null = null;
  const parts = accumulation * config.optim.batch;
  for (let part = 0; part < parts; part++) {
    const sample = await next();
    using step = gpu.scope();
    const batch = uploadSample(gpu, sample, config, { masked: config.loss.masked });
    trace("pictures.images", batch.images);
    const before = memory?.before(batch.moment!);
    const started = before ? { ...batch, memory: before } : batch;
    const left: Memory[] = [];
    const loss = await trainee.loss(
      started,
      1 / parts,
      trace,
      memory ? (memory) => void (memory && left.push(keptMemory(memory))) : undefined,
    );
    if (finished && part === parts - 1) {
      for (const values of backwardByLeaves(loss)) await finished(values);
    } else backward(loss);
    // What the key frame was given is needed until here, and what it leaves is gone from the tape.
    memory?.keep(left[0]);
    left.forEach(releaseMemory);
    if (total) accumulate(total, loss);
    else total = step.keep(loss);
  }
  return { loss: total! };
}
