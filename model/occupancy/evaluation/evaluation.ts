import type { SampleLoader } from "../../../data/batches.ts";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import type { Sample } from "../../../data/occupancy/sample.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Refined } from "../anchor/refine.ts";
import type { IouResults } from "../../../loss/mean_iou.ts";
import { measureOf } from "./measure.ts";
import { evaluating } from "../../module.ts";
import { gatherValues, ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import { seedOf } from "../../run/ranks/shares.ts";
import { type BlindCamera, blindCameras } from "./blind_cameras.ts";
import { FiniteCheck } from "./finite_check.ts";
import type { OccupancyNetwork } from "../network/occupancy_network.ts";
import { modelOf } from "../table.ts";
import { type EvaluationPart, teller } from "./teller.ts";
import { inOrder } from "./skipped_frames.ts";
import { IouBySince, type SinceFigures } from "../stream/iou_by_since.ts";
import { type OnView, type StreamMode, StreamViews } from "../stream/stream_views.ts";
import { uploadSample } from "../training/sample_batch.ts";

/** What an evaluation reports after each key frame. */
export interface EvaluationStep {
  /** Key frames so far, this one included; among ranks, this one's. */
  readonly done: number;
  /** Key frames in all; among ranks, this one's. */
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
  /** Key frames of its scene that were seen before it. */
  readonly since: number;
}

/** How to evaluate. */
export interface EvaluationOptions {
  /** Whether to read predictions back, or of how many key frames. */
  readonly predictions?: boolean | number;
  /** Count voxels of ignored labels too, as the original did before December 2024. */
  readonly allVoxels?: boolean;
  readonly onStep?: (step: EvaluationStep) => void | Promise<void>;
  /** Told within a key frame, where one takes minutes: on software adapters. */
  readonly onPart?: (part: EvaluationPart) => void;
  /** Called after the last of this process's key frames, before ranks add up what they counted. */
  readonly onLast?: () => Promise<void>;
  /** Processes whose loaders share the key frames; what they counted is added up. */
  readonly ranks?: Ranks;
  /** Of what is drawn, as by a sampled lifter; that of the GPU's numbers unless given. */
  readonly seed?: number;
  /** How it goes over them, of a model that streams; but for "single" the loader goes scene by scene. */
  readonly stream?: StreamMode;
}

/** What was counted over the key frames. */
export interface EvaluationResult extends IouResults {
  readonly samples: number;
  /** Key frames whose labels name no class. */
  readonly unlabelled: number;
  /** Cameras whose pictures show nothing of the grid. */
  readonly blind: readonly BlindCamera[];
  /** Of a stream: by how many key frames were seen before. */
  readonly curve: readonly SinceFigures[];
  /** Scenes that are shorter than a window, which no window is of. */
  readonly shortScenes: number;
}

/** Runs a model over the rest of a loader's epoch and counts what it gets right. */
export async function evaluate(
  gpu: Gpu,
  model: OccupancyNetwork,
  loader: SampleLoader,
  {
    predictions = false,
    allVoxels = false,
    onStep,
    onPart,
    onLast,
    ranks = ONE_RANK,
    seed = gpu.random.seed,
    stream = "single",
  }: EvaluationOptions = {},
): Promise<EvaluationResult> {
  const metric = new IouBySince(measureOf(model.config.task));
  const blind: BlindCamera[] = [];
  const finite = new FiniteCheck();
  const kind = modelOf(model.config);
  const work = kind.work(model.config);
  const { window = 1 } = kind.stream?.(model.config) ?? {};
  using views = new StreamViews(model, stream, { window, frames: loader.frames });
  let done = 0;
  let samples = 0;
  const read = predictions === true ? Infinity : Number(predictions);
  const total = loader.length;
  await evaluating(model, gpu, async () => {
    for await (const sample of loader) {
      using _step = gpu.scope();
      using _draws = drawingFor(gpu, seed, loader.keyFrame);
      blind.push(...blindCameras(sample, model.config.occupancy));
      const batch = uploadSample(gpu, sample, model.config);
      const tell = onPart && teller(gpu, work, { cameras: batch.projection.rows, done, onPart });
      // Without labels a sampled lifter makes no targets for its depths, which only a loss needs.
      const seen = { ...batch, labels: undefined };
      const readable = done++ < read;
      const onView: OnView = async (occupancy, since) => {
        const { gaussians, blocks, anchor } = occupancy;
        const classes = model.classes(occupancy);
        await finite.add(sample.token, occupancy.probabilities);
        metric.add(since, classes, batch.labels, allVoxels ? undefined : batch.mask);
        samples++;
        const prediction = readable ? await classes.read("u32") : null;
        await onStep?.({ done, total, sample, prediction, gaussians, blocks, anchor, since });
      };
      await views.each(seen, loader.keyFrame, { tell, onView });
    }
    await finite.finish();
  });
  await onLast?.();
  const own = { samples, unlabelled: loader.unlabelled.size, blind };
  const { config: { task } } = model;
  const { results, ...counted } = ranks.size > 1
    ? await resultsOfAll(ranks, { metric, own, task, frames: loader.frames })
    : { results: await metric.results(), ...own };
  const { whole, curve } = results;
  return {
    ...whole,
    ...counted,
    curve: stream === "single" ? [] : curve,
    shortScenes: views.short,
  };
}

/**
 * Gives a key frame draws of its own until it is disposed of: they depend neither on those before it nor
 * on which rank it falls to, and whoever draws afterwards goes on where it was.
 */
export function drawingFor(gpu: Gpu, seed: number, keyFrame: number): Disposable {
  const { random } = gpu;
  const before = { seed: random.seed, counter: random.counter };
  Object.assign(random, { seed: seedOf(seed, keyFrame), counter: 0 });
  return { [Symbol.dispose]: () => void Object.assign(random, before) };
}

/** Adds up what the ranks counted: whole numbers, so that the sums are exact. */
async function resultsOfAll(
  ranks: Ranks,
  { metric, own, task, frames }: {
    readonly metric: IouBySince;
    readonly own: Pick<EvaluationResult, "samples" | "unlabelled" | "blind">;
    readonly task: OccupancyTask;
    readonly frames: readonly KeyFrame[];
  },
): Promise<
  & Pick<EvaluationResult, "samples" | "unlabelled" | "blind">
  & { readonly results: Awaited<ReturnType<IouBySince["results"]>> }
> {
  const parts = await gatherValues(ranks, { ...own, counts: await metric.counts() });
  const total = new IouBySince(measureOf(task));
  for (const { counts } of parts) total.addCounts(counts);
  const sum = (key: "samples" | "unlabelled") => parts.reduce((all, part) => all + part[key], 0);
  return {
    results: await total.results(),
    samples: sum("samples"),
    unlabelled: sum("unlabelled"),
    blind: inOrder(parts.map(({ blind }) => blind), frames),
  };
}
