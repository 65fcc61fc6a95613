import { meanOfKnown } from "../confusion.ts";
import { type FirstHits, firstHits, type RayGrid } from "./first_hit.ts";
import { rayDirections } from "./rays.ts";

/** Distances in metres below which a hit of the right class counts. */
export const RAY_THRESHOLDS = [1, 2, 4] as const;

/** Exact counts of rays; `tp` a row a threshold. Rays whose truth is free do not count. */
export interface RayCounts {
  /** Rays per class of the truth, free space last. */
  readonly gt: Float64Array;
  /** Rays per class of the prediction. */
  readonly pred: Float64Array;
  /** Rays of the right class at a distance that differs by less than the threshold. */
  readonly tp: Float64Array[];
  /** Rays whose truth is free, by what is predicted there: not in any figure. */
  readonly freeTruth: Float64Array;
}

/** Fractions. */
export interface RayIouResults extends RayCounts {
  /** Per threshold and class before free space; null where no ray meets the class. */
  readonly iou: (number | null)[][];
  /** Per threshold, the mean over classes. */
  readonly at: (number | null)[];
  /** Mean over thresholds and classes; null where nothing was met. */
  readonly rayIou: number | null;
}

/** Sums up RayIoU (Liu et al. 2024, SparseOcc) over samples; counts are exact. */
export class RayIou {
  /** The grid of every sample. */
  readonly grid: RayGrid;
  /** What was counted so far. */
  readonly counts: RayCounts;
  readonly #thresholds: readonly number[];
  readonly #directions = rayDirections();

  /** The label of free space is the last class. */
  constructor(
    grid: Omit<RayGrid, "free">,
    classes: number,
    thresholds: readonly number[] = RAY_THRESHOLDS,
  ) {
    this.grid = { ...grid, free: classes - 1 };
    this.#thresholds = thresholds;
    const zeros = () => new Float64Array(classes);
    this.counts = { gt: zeros(), pred: zeros(), tp: thresholds.map(zeros), freeTruth: zeros() };
  }

  /**
   * Counts a sample: labels `[x, y, z]`, origins `[n, 3]` in the grid's frame, metres. `each` is told
   * what every ray meets, origins outer.
   */
  add(
    prediction: ArrayLike<number>,
    truth: ArrayLike<number>,
    origins: ArrayLike<number>,
    each?: (ray: number, hits: FirstHits) => void,
  ): void {
    this.#check(prediction, truth, origins);
    const { grid, counts: { gt, pred, tp, freeTruth } } = this;
    const directions = this.#directions;
    const thresholds = this.#thresholds;
    const hits = { truth: 0, predicted: 0, truthDepth: 0, predictedDepth: 0 };
    let ray = 0;
    for (let origin = 0; origin < origins.length; origin += 3) {
      for (let direction = 0; direction < directions.length; direction += 3) {
        firstHits(grid, truth, prediction, origins, origin, directions, direction, hits);
        each?.(ray++, hits);
        if (hits.truth === grid.free) {
          freeTruth[hits.predicted]!++;
          continue;
        }
        gt[hits.truth]!++;
        pred[hits.predicted]!++;
        if (hits.truth !== hits.predicted) continue;
        const difference = Math.abs(Math.fround(hits.truthDepth - hits.predictedDepth));
        for (let t = 0; t < thresholds.length; t++) {
          if (difference < thresholds[t]!) tp[t]![hits.truth]!++;
        }
      }
    }
  }

  /** The figures of all that was counted so far. */
  results(): RayIouResults {
    const { gt, pred, tp } = this.counts;
    const iou = tp.map((row) =>
      Array.from(row.subarray(0, -1), (hits, c) => {
        const union = gt[c]! + pred[c]! - hits;
        return union ? hits / union : null;
      })
    );
    return { ...this.counts, iou, at: iou.map(meanOfKnown), rayIou: meanOfKnown(iou.flat()) };
  }

  #check(
    prediction: ArrayLike<number>,
    truth: ArrayLike<number>,
    origins: ArrayLike<number>,
  ): void {
    const voxels = this.grid.dims.reduce((a, b) => a * b, 1);
    if (prediction.length !== voxels || truth.length !== voxels) {
      throw new RangeError(
        `Cannot run RayIou.add: ${prediction.length} predictions and ${truth.length} labels, ` +
          `the grid [${this.grid.dims.join(", ")}] has ${voxels}`,
      );
    }
    if (origins.length % 3) {
      throw new RangeError(
        `Cannot run RayIou.add: origins have ${origins.length} numbers, they must be [n, 3]`,
      );
    }
    for (const labels of [prediction, truth]) {
      for (let i = 0; i < voxels; i++) {
        if (labels[i]! > this.grid.free) {
          throw new RangeError(
            `Cannot run RayIou.add: voxel ${i} has class ${
              labels[i]
            }, the last is ${this.grid.free} (free)`,
          );
        }
      }
    }
  }
}
