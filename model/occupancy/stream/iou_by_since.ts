import {
  type IouCounts,
  type IouResults,
  MeanIou,
  type MeanIouOptions,
} from "../../../loss/mean_iou.ts";
import type { Mask } from "../../../loss/voxels/masked_labels.ts";
import type { Tensor } from "../../../gpu/tensor.ts";

/** How well key frames are predicted after so many others of their scene; percent. */
export interface SinceFigures {
  /** Key frames seen before. */
  readonly since: number;
  /** Key frames that this is of. */
  readonly samples: number;
  /** Mean IoU of the classes that occur; null where none does. */
  readonly miou: number | null;
  /** Intersection over union of what is occupied. */
  readonly iou: number | null;
}

/** What was counted after so many key frames. */
export interface SinceCounts {
  readonly samples: number;
  readonly counts: IouCounts;
}

/** Counts predictions apart by how many key frames were seen before. */
export class IouBySince {
  readonly #metrics: { samples: number; readonly metric: MeanIou }[] = [];

  constructor(private readonly options: MeanIouOptions) {}

  /** Counts a prediction on the GPU, without waiting: u32 tensors of equal shape. */
  add(since: number, predictions: Tensor, labels: Tensor, mask?: Mask): void {
    const entry = this.#at(since);
    entry.samples++;
    entry.metric.add(predictions, labels, mask);
  }

  /** Adds what another process has counted. */
  addCounts(counts: readonly SinceCounts[]): void {
    counts.forEach(({ samples, counts }, since) => {
      const entry = this.#at(since);
      entry.samples += samples;
      entry.metric.addCounts(counts);
    });
  }

  /** All that was counted so far, by how many key frames were seen before; waits for the GPU. */
  async counts(): Promise<SinceCounts[]> {
    const all: SinceCounts[] = [];
    for (const { samples, metric } of this.#metrics) {
      all.push({ samples, counts: await metric.counts() });
    }
    return all;
  }

  /** The figures of all together, and after so many key frames. */
  async results(): Promise<{ readonly whole: IouResults; readonly curve: SinceFigures[] }> {
    const whole = new MeanIou(this.options);
    const curve: SinceFigures[] = [];
    for (const [since, { samples, metric }] of this.#metrics.entries()) {
      const { miou, occIou, ...counts } = await metric.results();
      whole.addCounts(counts);
      if (samples) curve.push({ since, samples, miou, iou: occIou });
    }
    return { whole: await whole.results(), curve };
  }

  #at(since: number) {
    while (this.#metrics.length <= since) {
      this.#metrics.push({ samples: 0, metric: new MeanIou(this.options) });
    }
    return this.#metrics[since]!;
  }
}
