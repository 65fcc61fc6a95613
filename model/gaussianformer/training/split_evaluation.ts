import { SampleLoader } from "../../../data/batches.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { evaluating } from "../../module.ts";
import type { GaussianFormerConfig } from "../config/config.ts";
import { evaluate } from "../evaluation/evaluation.ts";
import { pipelineOf, uploadSample } from "./sample_batch.ts";
import { placeOf, type TrainEvent, type TrainOptions } from "./train_options.ts";
import type { StagedModel } from "./staged_model.ts";

/** Evaluates what is being trained on a split: IoU of the model, mean loss of another stage. */
export async function evaluateSplit(
  gpu: Gpu,
  trainee: StagedModel,
  step: number,
  options: TrainOptions,
): Promise<TrainEvent> {
  const { config, skipBad = false, evalSplit = "val", onEvaluation } = options;
  using loader = await SampleLoader.open({
    ...placeOf(options),
    split: evalSplit,
    shuffle: false,
    augment: false,
    pipeline: pipelineOf(config),
    skipBad,
    workers: 1,
  });
  if (!trainee.model) return await meanLoss(gpu, trainee, step, { config, loader });
  const result = await evaluate(gpu, trainee.model, loader, {
    predictions: onEvaluation ? 1 : false,
    onStep: async (example) => {
      if (example.done === 1) await onEvaluation?.(step, example);
    },
  });
  return { type: "evaluated", step, result };
}

async function meanLoss(
  gpu: Gpu,
  trainee: StagedModel,
  step: number,
  { config, loader }: { config: GaussianFormerConfig; loader: SampleLoader },
): Promise<TrainEvent> {
  let sum = 0;
  let samples = 0;
  await evaluating(trainee.module, gpu, async () => {
    for await (const sample of loader) {
      using _step = gpu.scope();
      sum +=
        (await trainee.loss(uploadSample(gpu, sample, config, { masked: config.loss.masked }), 1)
          .read("f32"))[0]!;
      samples++;
    }
  });
  return { type: "validated", step, loss: sum / samples, samples };
}
