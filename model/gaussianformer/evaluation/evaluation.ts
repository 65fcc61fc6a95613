import type { SampleLoader } from "../../../data/batches.ts";
import type { Sample } from "../../../data/nuscenes/sample.ts";
import { argmax } from "../../../gpu/ops/array/argmax.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Refined } from "../../../gpu/ops/gaussian/refine.ts";
import { type IouResults, MeanIou } from "../../../loss/mean_iou.ts";
import { evaluating } from "../../module.ts";
import type { GaussianFormer } from "../network/model.ts";
import { uploadSample } from "../training/sample_batch.ts";

/** What an evaluation reports after each key frame. */
export interface EvaluationStep {
  readonly done: number;
  readonly total: number;
  readonly sample: Sample;
  /** Predicted class of every voxel; read back only where asked for. */
  readonly prediction: Uint32Array | null;
  /** The Gaussians that this comes from, on the GPU until the next key frame. */
  readonly gaussians: Refined;
  /** Those of every block, and the anchors that the first of them refines. */
  readonly blocks: readonly Refined[];
  readonly anchor: Tensor;
}

/** Runs a model over the rest of a loader's epoch and counts what it gets right (masked as in training). */
export async function evaluate(
  gpu: Gpu,
  model: GaussianFormer,
  loader: SampleLoader,
  { limit = loader.length, predictions = false, onStep }: {
    readonly limit?: number;
    /** Whether to read predictions back, or of how many key frames. */
    readonly predictions?: boolean | number;
    readonly onStep?: (step: EvaluationStep) => void | Promise<void>;
  } = {},
): Promise<IouResults & { readonly samples: number }> {
  const metric = new MeanIou();
  let done = 0;
  const read = predictions === true ? Infinity : Number(predictions);
  const total = Math.min(limit, loader.length);
  await evaluating(model, gpu, async () => {
    for await (const sample of loader) {
      using _step = gpu.scope();
      const batch = uploadSample(gpu, sample, model.config);
      const { probabilities, gaussians, blocks, anchor } = model.forward(batch);
      const classes = argmax(probabilities, 0);
      metric.add(classes, batch.labels, batch.mask);
      const prediction = done < read ? await classes.read("u32") : null;
      done++;
      await onStep?.({ done, total, sample, prediction, gaussians, blocks, anchor });
      if (done >= total) break;
    }
  });
  return { ...await metric.results(), samples: done };
}
