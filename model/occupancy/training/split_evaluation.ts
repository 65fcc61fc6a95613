import { SampleLoader } from "../../../data/batches.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { evaluating } from "../../module.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import type { ModelConfig } from "../config/model_config.ts";
import { evaluate } from "../evaluation/evaluation.ts";
import { pipelineOf, uploadSample } from "./sample_batch.ts";
import { streamModeOf } from "../stream/stream_views.ts";
import { placeOf, type TrainEvent, type TrainOptions } from "./train_options.ts";
import type { StagedModel } from "./staged_model.ts";

/** Evaluates what is being trained on a split: IoU of the model, mean loss of another stage. */
export async function evaluateSplit(
  gpu: Gpu,
  trainee: StagedModel,
  step: number,
  options: TrainOptions,
): Promise<TrainEvent> {
  const { config, skipBad = false, evalSplit = "val", onEvaluation, ranks = ONE_RANK } = options;
  const { rank, size } = ranks;
  const stream = trainee.model ? streamModeOf(config) : "single";
  using loader = await SampleLoader.open({
    ...placeOf(options),
    split: evalSplit,
    shuffle: false,
    augment: false,
    pipeline: pipelineOf(config),
    scenes: stream !== "single",
    skipBad,
    workers: 1,
    rank,
    ranks: size,
  });
  if (!trainee.model) return await meanLoss(gpu, trainee, step, { config, loader, ranks });
  const result = await evaluate(gpu, trainee.model, loader, {
    ranks,
    stream,
    seed: options.seed,
    predictions: onEvaluation && rank === 0 ? 1 : false,
    onStep: async (example) => {
      if (example.done === 1 && rank === 0) await onEvaluation?.(step, example);
    },
  });
  return { type: "evaluated", step, result };
}

async function meanLoss(
  gpu: Gpu,
  trainee: StagedModel,
  step: number,
  { config, loader, ranks }: {
    config: ModelConfig;
    loader: SampleLoader;
    ranks: Ranks;
  },
): Promise<TrainEvent> {
  // Loss and key frames.
  const sums = new Float64Array(2);
  await evaluating(trainee.module, gpu, async () => {
    for await (const sample of loader) {
      using _step = gpu.scope();
      const batch = uploadSample(gpu, sample, config, { masked: config.loss.masked });
      sums[0]! += (await (await trainee.loss(batch, 1)).read("f32"))[0]!;
      sums[1]!++;
    }
  });
  await ranks.sum(sums);
  const [loss, samples] = sums as unknown as [number, number];
  return { type: "validated", step, loss: loss / samples, samples };
}
