import { Kernel } from "../gpu/kernel.ts";
import { checkShapes } from "../gpu/shape.ts";
import { Tensor } from "../gpu/tensor.ts";
import source from "./mean_iou.wgsl" with { type: "text" };
import type { Mask } from "./voxels/masked_labels.ts";
import { partialGroups } from "./voxels/weighted_mean.ts";

const kernel = new Kernel("loss/mean_iou.wgsl", source);

/** Voxel counts per class, and last of all those of "occupied": not of the empty label. */
export interface IouCounts {
  /** Voxels that have the label. */
  readonly seen: number[];
  /** Voxels that have the label and are predicted to have it. */
  readonly correct: number[];
  /** Voxels that are predicted to have the label. */
  readonly positive: number[];
}

/** Intersections over union; fractions per class, percent where they are summed up. */
export interface IouResults extends IouCounts {
  /** Null for classes that neither labels nor predictions have; 0 for those that only predictions have. */
  readonly iou: (number | null)[];
  /** Null for classes that were never predicted. */
  readonly precision: (number | null)[];
  /** Null for classes that no label has. */
  readonly recall: (number | null)[];
  /** Mean of `iou` over the classes that occur, in percent; null where none does. */
  readonly miou: number | null;
  /** Intersection over union of what is occupied, in percent; null where nothing is, nor is said to be. */
  readonly occIou: number | null;
  /** The same as published evaluations count it, for comparisons with their figures. */
  readonly reference: ReferenceIou;
}

/** Figures by the convention of a published evaluation, which gives classes without labels a value. */
export interface ReferenceIou {
  /** The value of `absent` for classes that no label has, even if they are predicted. */
  readonly iou: (number | null)[];
  /** 0 for classes that were never predicted. */
  readonly precision: number[];
  /** 1 for classes that no label has. */
  readonly recall: number[];
  /** Mean of `iou`, in percent. */
  readonly miou: number;
  /** 100 where nothing is occupied. */
  readonly occIou: number;
}

/** Which classes a mean IoU is over. */
export interface MeanIouOptions {
  /** Classes that count, in order. */
  readonly classes: readonly number[];
  /** The class of free space. */
  readonly empty: number;
  /**
   * What a class that no label has counts as in the published mean: 1 as in GaussianFormer's, if not
   * given; null leaves it out.
   */
  readonly absent?: 0 | 1 | null | undefined;
}

/** Sums up what the predictions of many samples have in common with the labels; counts are exact. */
export class MeanIou {
  /** Classes that count, in order. */
  readonly classes: readonly number[];
  /** The class of free space. */
  readonly empty: number;
  readonly #absent: 0 | 1 | null;
  #totals: IouCounts;
  #counters: Tensor | null = null;
  #slots: Tensor | null = null;

  /** Counts over `classes`; `empty` is the class of free space. */
  constructor({ classes, empty, absent = 1 }: MeanIouOptions) {
    this.classes = classes;
    this.empty = empty;
    this.#absent = absent;
    this.#totals = zeroCounts(classes.length);
  }

  /** Counts a sample on the GPU, without waiting: u32 tensors of equal shape. */
  add(predictions: Tensor, labels: Tensor, mask?: Mask): void {
    const { leading: voxels } = checkShapes("MeanIou.add", {
      predictions: [predictions, "..."],
      labels: [labels, "..."],
      mask: [mask, "..."],
    });
    const { gpu } = predictions;
    const { length } = this.classes;
    const counterCount = 3 * (length + 1);
    this.#counters ??= lasting(Tensor.zeros(gpu, [2, counterCount], "u32"));
    this.#slots ??= lasting(Tensor.from(gpu, slotTable(this.classes)));
    const { size: labels_known } = this.#slots;
    kernel.dispatch(
      gpu,
      {
        predictions,
        labels,
        mask: mask ?? labels,
        slots: this.#slots,
        counts: this.#counters,
      },
      { voxels, empty: this.empty, classes: length, labels_known },
      { groups: partialGroups(voxels) },
      { MASKED: mask ? 1 : 0, COUNTERS: counterCount },
    );
  }

  /** Counts a sample on the host. */
  addArrays(
    predictions: ArrayLike<number>,
    labels: ArrayLike<number>,
    mask?: ArrayLike<number>,
  ): void {
    if (predictions.length !== labels.length || (mask && mask.length !== labels.length)) {
      throw new RangeError(
        `Cannot run MeanIou.addArrays: ${predictions.length} predictions and ${labels.length} labels${
          mask ? ` and a mask of ${mask.length}` : ""
        }, there must be as many`,
      );
    }
    const slots = slotTable(this.classes);
    const { length } = this.classes;
    const { seen, correct, positive } = this.#totals;
    const slotOf = (label: number) => slots[label] ?? length;
    for (let i = 0; i < labels.length; i++) {
      if (mask && !mask[i]) continue;
      const label = labels[i]!;
      const prediction = predictions[i]!;
      const slot = slotOf(label);
      const predicted = slotOf(prediction);
      if (slot < length) {
        seen[slot]!++;
        if (prediction === label) correct[slot]!++;
      }
      if (predicted < length) positive[predicted]!++;
      if (label !== this.empty) seen[length]!++;
      if (label !== this.empty && prediction !== this.empty) correct[length]!++;
      if (prediction !== this.empty) positive[length]!++;
    }
  }

  /** Adds the counts of another part of the set. */
  addCounts(counts: IouCounts): void {
    for (const kind of ["seen", "correct", "positive"] as const) {
      counts[kind].forEach((count, i) => this.#totals[kind][i]! += count);
    }
  }

  /** All that was counted so far; waits for the GPU. */
  async counts(): Promise<IouCounts> {
    if (this.#counters) {
      const words = await this.#counters.read("u32");
      const size = words.length / 2;
      const value = (i: number) => words[i]! + words[size + i]! * 2 ** 32;
      const slots = Array.from({ length: size / 3 }, (_, slot) => 3 * slot);
      this.release();
      this.addCounts({
        seen: slots.map((at) => value(at)),
        correct: slots.map((at) => value(at + 1)),
        positive: slots.map((at) => value(at + 2)),
      });
    }
    const { seen, correct, positive } = this.#totals;
    return { seen: [...seen], correct: [...correct], positive: [...positive] };
  }

  /** The metrics of all that was counted so far; waits for the GPU. */
  async results(): Promise<IouResults> {
    const counts = await this.counts();
    return { ...counts, ...figuresOf(counts, this.#absent) };
  }

  /** Gives the counters on the GPU back; what they hold and `counts` has not read is lost. */
  release(): void {
    this.#counters?.release();
    this.#slots?.release();
    this.#counters = this.#slots = null;
  }
}

/** All figures that follow from counts: of the classes that occur, and by the published convention. */
function figuresOf(
  { seen, correct, positive }: IouCounts,
  absent: 0 | 1 | null,
): Omit<IouResults, keyof IouCounts> {
  const union = (i: number) => seen[i]! + positive[i]! - correct[i]!;
  const share = (i: number, whole: number) => whole ? correct[i]! / whole : null;
  const classes = seen.slice(0, -1).map((_, i) => i);
  const iou = classes.map((i) => share(i, union(i)));
  const precision = classes.map((i) => share(i, positive[i]!));
  const recall = classes.map((i) => share(i, seen[i]!));
  const occIou = share(classes.length, union(classes.length));
  const published = classes.map((i) => seen[i] ? iou[i]! : absent);
  return {
    iou,
    precision,
    recall,
    miou: meanPercent(iou),
    occIou: occIou === null ? null : 100 * occIou,
    reference: {
      iou: published,
      precision: precision.map((value) => value ?? 0),
      recall: recall.map((value) => value ?? 1),
      miou: meanPercent(published) ?? 0,
      // What is predicted where all is empty counts against "occupied", unlike against a class.
      occIou: occIou === null ? 100 : 100 * occIou,
    },
  };
}

/** Mean of the fractions that there are, in percent; null where there is none. */
export function meanPercent(fractions: readonly (number | null)[]): number | null {
  const known = fractions.filter((value) => value !== null);
  return known.length ? 100 * known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

function zeroCounts(classes: number): IouCounts {
  const zeros = () => Array<number>(classes + 1).fill(0);
  return { seen: zeros(), correct: zeros(), positive: zeros() };
}

function slotTable(classes: readonly number[]): Uint32Array {
  const table = new Uint32Array(Math.max(0, ...classes) + 1).fill(classes.length);
  classes.forEach((label, slot) => table[label] = slot);
  return table;
}

/** Samples come and go with their scopes, the counters stay. */
function lasting(tensor: Tensor): Tensor {
  tensor.scope = null;
  return tensor;
}
