import type { SampleLoader } from "../../../data/batches.ts";
import type { Sample } from "../../../data/occupancy/sample.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Refined } from "../anchor/refine.ts";
import { type IouCounts, type IouResults, MeanIou } from "../../../loss/mean_iou.ts";
import { measureOf } from "./measure.ts";
import { evaluating } from "../../module.ts";
import { gatherTexts, ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import { type BlindCamera, blindCameras } from "./blind_cameras.ts";
import { FiniteCheck } from "./finite_check.ts";
import type { OccupancyNetwork } from "../network/occupancy_network.ts";
import { modelOf } from "../table.ts";
import { type EvaluationPart, teller } from "./teller.ts";
import { uploadSample } from "../training/sample_batch.ts";

/** What an evaluation reports after each key frame. */
export interface EvaluationStep {
  /** Key frames so far, this one included. */
  readonly done: number;
  /** Key frames in all. */
  readonly total: number;
  /** What was read of it. */
  readonly sample: Sample;
  /** Predicted class of every voxel; read back only where asked for. */
  readonly prediction: Uint32Array | null;
  /** The Gaussians that this comes from, on the GPU until the next key frame. */
  readonly gaussians: Refined;
  /** Those of every block, and the anchors that the first of them refines. */
  readonly blocks: readonly Refined[];
  /** Anchors before the first refinement. */
  readonly anchor: Tensor;
}

/** How to evaluate. */
export interface EvaluationOptions {
  readonly limit?: number;
  /** Whether to read predictions back, or of how many key frames. */
  readonly predictions?: boolean | number;
  /** Count voxels of ignored labels too, as the original did before December 2024. */
  readonly allVoxels?: boolean;
  readonly onStep?: (step: EvaluationStep) => void | Promise<void>;
  /** Told within a key frame, where one takes minutes: on software adapters. */
  readonly onPart?: (part: EvaluationPart) => void;
  /** Processes whose loaders share the key frames; what they counted is added up. */
  readonly ranks?: Ranks;
}

/** What was counted over the key frames. */
export interface EvaluationResult extends IouResults {
  readonly samples: number;
  /** Key frames whose labels name no class. */
  readonly unlabelled: number;
  /** Cameras whose pictures show nothing of the grid. */
  readonly blind: readonly BlindCamera[];
}

/** Runs a model over the rest of a loader's epoch and counts what it gets right. */
export async function evaluate(
  gpu: Gpu,
  model: OccupancyNetwork,
  loader: SampleLoader,
  {
    limit = loader.length,
    predictions = false,
    allVoxels = false,
    onStep,
    onPart,
    ranks = ONE_RANK,
  }: EvaluationOptions = {},
): Promise<EvaluationResult> {
  const metric = new MeanIou(measureOf(model.config.task));
  const blind: BlindCamera[] = [];
  const finite = new FiniteCheck();
  const work = modelOf(model.config).work(model.config);
  let done = 0;
  const read = predictions === true ? Infinity : Number(predictions);
  const total = Math.min(limit, loader.length);
  await evaluating(model, gpu, async () => {
    for await (const sample of loader) {
      using _step = gpu.scope();
      blind.push(...blindCameras(sample, model.config.occupancy));
      const batch = uploadSample(gpu, sample, model.config);
      const tell = onPart && teller(gpu, work, { cameras: batch.projection.rows, done, onPart });
      // Without labels a sampled lifter makes no targets for its depths, which only a loss needs.
      const seen = { ...batch, labels: undefined };
      const occupancy = model.forward(seen, undefined, tell);
      const { gaussians, blocks, anchor } = occupancy;
      const classes = model.classes(occupancy);
      await finite.add(sample.token, occupancy.probabilities);
      metric.add(classes, batch.labels, allVoxels ? undefined : batch.mask);
      const prediction = done < read ? await classes.read("u32") : null;
      done++;
      await onStep?.({ done, total, sample, prediction, gaussians, blocks, anchor });
      if (done >= total) break;
    }
    await finite.finish();
  });
  const own = { samples: done, unlabelled: loader.unlabelled.size, blind };
  if (ranks.size > 1) return await resultsOfAll(ranks, { metric, own, task: model.config.task });
  return { ...await metric.results(), ...own };
}

/** Adds up what the ranks counted: whole numbers, so that the sums are exact. */
async function resultsOfAll(
  ranks: Ranks,
  { metric, own, task }: {
    readonly metric: MeanIou;
    readonly own: Pick<EvaluationResult, "samples" | "unlabelled" | "blind">;
    readonly task: OccupancyTask;
  },
): Promise<EvaluationResult> {
  const texts = await gatherTexts(ranks, JSON.stringify({ ...own, counts: await metric.counts() }));
  const parts = texts.map((text) => JSON.parse(text) as typeof own & { counts: IouCounts });
  const total = new MeanIou(measureOf(task));
  for (const { counts } of parts) total.addCounts(counts);
  const sum = (key: "samples" | "unlabelled") => parts.reduce((all, part) => all + part[key], 0);
  return {
    ...await total.results(),
    samples: sum("samples"),
    unlabelled: sum("unlabelled"),
    blind: parts.flatMap(({ blind }) => blind),
  };
}
