import { SampleLoader } from "../../../data/batches.ts";
import { MeanIou } from "../../../loss/mean_iou.ts";
import { CLASSES, EMPTY, type GaussianFormerConfig } from "../config/config.ts";
import { pipelineOf } from "./sample_batch.ts";

/**
 * The prediction that looks at no picture: each voxel's most frequent class over the training set.
 * A model that learned to see must beat it.
 */
export class FrequencyBaseline {
  readonly #counts: Uint32Array;

  constructor(readonly voxels: number) {
    this.#counts = new Uint32Array(voxels * CLASSES);
  }

  /** Counts one key frame's labels; label 0 (noise) says nothing. */
  add(labels: ArrayLike<number>): void {
    for (let voxel = 0; voxel < this.voxels; voxel++) {
      const label = labels[voxel]!;
      if (label !== 0) this.#counts[voxel * CLASSES + label]!++;
    }
  }

  /** The most frequent class of each voxel; the lower class wins a tie, empty where nothing was seen. */
  predict(): Uint8Array {
    return Uint8Array.from({ length: this.voxels }, (_, voxel) => {
      const counts = this.#counts.subarray(voxel * CLASSES, (voxel + 1) * CLASSES);
      let most = 0;
      for (const count of counts) most = Math.max(most, count);
      return most === 0 ? EMPTY : counts.indexOf(most);
    });
  }
}

/** Scores the baseline of the train split on the val split: mIoU and IoU, percent. */
export async function evaluateBaseline(
  dataDir: string,
  config: GaussianFormerConfig,
): Promise<{ miou: number; iou: number }> {
  const options = {
    dataDir,
    pipeline: pipelineOf(config),
    shuffle: false,
    augment: false,
    workers: 1,
  };
  using train = await SampleLoader.open({ ...options, split: "train" });
  let baseline: FrequencyBaseline | null = null;
  for await (const { labels } of train) {
    baseline ??= new FrequencyBaseline(labels.length);
    baseline.add(labels);
  }
  const prediction = baseline!.predict();
  const metric = new MeanIou();
  using val = await SampleLoader.open({ ...options, split: "val" });
  for await (const { labels, mask } of val) metric.addArrays(prediction, labels, mask);
  const { miou, occIou } = await metric.results();
  return { miou, iou: occIou };
}
