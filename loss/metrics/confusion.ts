/** Exact counts of how labels and predictions of voxels meet: a row a label, a column a prediction. */
export class Confusion {
  /** Number of classes, the empty one included. */
  readonly classes: number;
  /** `[classes, classes]`, row-major: voxels of label `row` that are predicted to be `column`. */
  readonly counts: Float64Array;

  /** All counts zero. */
  constructor(classes: number) {
    this.classes = classes;
    this.counts = new Float64Array(classes * classes);
  }

  /**
   * Counts voxels: arrays of equal length. Those with a mask of 0 and those whose label is `ignored`
   * do not count, whatever is predicted there.
   */
  add(
    labels: ArrayLike<number>,
    predictions: ArrayLike<number>,
    { mask, ignored }: { mask?: ArrayLike<number> | undefined; ignored?: number } = {},
  ): void {
    const { classes, counts } = this;
    if (labels.length !== predictions.length || (mask && mask.length !== labels.length)) {
      throw new RangeError(
        `Cannot run Confusion.add: ${labels.length} labels and ${predictions.length} predictions${
          mask ? ` and a mask of ${mask.length}` : ""
        }, there must be as many`,
      );
    }
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      if (label === ignored || (mask && !mask[i])) continue;
      const prediction = predictions[i]!;
      if (!(label >= 0 && label < classes && prediction >= 0 && prediction < classes)) {
        throw new RangeError(
          `Cannot run Confusion.add: voxel ${i} has label ${label} and prediction ${prediction}, ` +
            `both must be in 0 to ${classes - 1}`,
        );
      }
      counts[label * classes + prediction]!++;
    }
  }

  /** Voxels of `label` that are predicted to be `prediction`. */
  at(label: number, prediction: number): number {
    return this.counts[label * this.classes + prediction]!;
  }

  /** Per class: true positives, false positives and false negatives. */
  errors(): { tp: number[]; fp: number[]; fn: number[] } {
    const each = Array.from({ length: this.classes }, (_, c) => c);
    const tp = each.map((c) => this.at(c, c));
    const sum = (at: (other: number) => number) => each.reduce((total, c) => total + at(c), 0);
    return {
      tp,
      fp: each.map((c) => sum((label) => this.at(label, c)) - tp[c]!),
      fn: each.map((c) => sum((prediction) => this.at(c, prediction)) - tp[c]!),
    };
  }
}

/** Mean of the numbers that are not null; null where all are. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : null;
}
