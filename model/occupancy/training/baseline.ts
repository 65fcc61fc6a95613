import { type LoaderOptions, SampleLoader } from "../../../data/batches.ts";
import { MeanIou } from "../../../loss/mean_iou.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import type { ModelConfig } from "../config/model_config.ts";
import { type Figures, figuresOf } from "../evaluation/figures.ts";
import { measureOf } from "../evaluation/measure.ts";
import { pipelineOf } from "./sample_batch.ts";

/**
 * The prediction that looks at no picture: each voxel's most frequent class over the training set.
 * A model that learned to see must beat it.
 */
export class FrequencyBaseline {
  readonly #counts: Uint32Array;

  constructor(
    readonly voxels: number,
    readonly task: Pick<OccupancyTask, "classes" | "empty" | "ignored">,
  ) {
    this.#counts = new Uint32Array(voxels * task.classes.length);
  }

  /** Counts one key frame's labels; those that are ignored say nothing. */
  add(labels: ArrayLike<number>): void {
    const { classes, ignored } = this.task;
    for (let voxel = 0; voxel < this.voxels; voxel++) {
      const label = labels[voxel]!;
      if (!ignored.includes(label)) this.#counts[voxel * classes.length + label]!++;
    }
  }

  /** The most frequent class of each voxel; the lower class wins a tie, empty where nothing was seen. */
  predict(): Uint8Array {
    const { classes: { length }, empty } = this.task;
    const prediction = new Uint8Array(this.voxels);
    for (let voxel = 0; voxel < this.voxels; voxel++) {
      const counts = this.#counts.subarray(voxel * length, (voxel + 1) * length);
      let most = 0;
      for (const count of counts) most = Math.max(most, count);
      prediction[voxel] = most === 0 ? empty : counts.indexOf(most);
    }
    return prediction;
  }
}

/** Scores the baseline of the train split on the val split. */
export async function evaluateBaseline(dataDir: string, config: ModelConfig): Promise<Figures> {
  return await evaluateLabels(await majorityLabels(dataDir, config), dataDir, config);
}

/** Each voxel's most frequent class over the train split. */
export async function majorityLabels(dataDir: string, config: ModelConfig): Promise<Uint8Array> {
  using train = await openInOrder(dataDir, config, { split: "train" });
  let baseline: FrequencyBaseline | null = null;
  for await (const { labels } of train) {
    baseline ??= new FrequencyBaseline(labels.length, config.task);
    baseline.add(labels);
  }
  return baseline!.predict();
}

/** Scores one prediction for all key frames on the val split, or on the first so many of it. */
export async function evaluateLabels(
  prediction: Uint8Array,
  dataDir: string,
  config: ModelConfig,
  limit?: number,
): Promise<Figures> {
  const metric = new MeanIou(measureOf(config.task));
  const first = limit === undefined ? {} : { first: limit };
  using val = await openInOrder(dataDir, config, { split: "val", ...first });
  for await (const { labels, mask } of val) metric.addArrays(prediction, labels, mask);
  return figuresOf(await metric.results());
}

function openInOrder(
  dataDir: string,
  config: ModelConfig,
  part: Pick<LoaderOptions, "split" | "first">,
): Promise<SampleLoader> {
  const pipeline = pipelineOf(config);
  return SampleLoader.open({
    ...part,
    dataDir,
    pipeline,
    shuffle: false,
    augment: false,
    workers: 1,
  });
}
