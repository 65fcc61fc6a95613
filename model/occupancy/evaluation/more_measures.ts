import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import { rayOrigins } from "../../../data/occupancy/ray_origins.ts";
import type { Sample } from "../../../data/occupancy/sample.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import { Confusion } from "../../../loss/metrics/confusion.ts";
import { RAY_THRESHOLDS, RayIou } from "../../../loss/metrics/ray_iou/ray_iou.ts";
import { streamMiou } from "../../../loss/metrics/stream_miou.ts";
import { gridDims, type ModelConfig } from "../config/model_config.ts";

/** Measures beside the mean IoU: of rays, and by the rule of GaussianWorld. */
export const MORE_MEASURES = ["rayiou", "gaussianworld"] as const;

/** One of them. */
export type MoreMeasure = typeof MORE_MEASURES[number];

/** Why a task cannot be measured so, the end of a sentence; null where it can. */
export function hindrance(
  measure: MoreMeasure,
  { name, classes, empty, ignored }: OccupancyTask,
): string | null {
  const last = classes.length - 1;
  if (empty !== last) {
    return `free space of ${name} is class ${empty}, it must be the last one, ${last}`;
  }
  if (measure !== "gaussianworld" || ignored.join() === "0") return null;
  const left = ignored.length ? `labels ${ignored.join(", ")}` : "no label";
  return `${name} ignores ${left}, that rule is for label 0 as noise`;
}

/** What rays meet first, and where; fractions are in percent. */
export interface RayFigures {
  /** Whether it is published for these labels: for Occ3D's. */
  readonly official: boolean;
  /** Mean over thresholds and classes; null where no ray meets a class. */
  readonly rayIou: number | null;
  /** The mean over classes for each threshold. */
  readonly at: readonly { readonly metres: number; readonly rayIou: number | null }[];
  /** Exact counts by class, free space last; `tp` a row a threshold. */
  readonly classes: readonly {
    readonly name: string;
    readonly gt: number;
    readonly pred: number;
    readonly tp: readonly number[];
  }[];
  /** Rays whose truth is free, which no figure counts, and those of them that meet something predicted. */
  readonly freeTruth: { readonly rays: number; readonly invented: number };
}

/** The rule of GaussianWorld on the same predictions, percent. */
export interface StreamFigures {
  /** Over all classes; one that does not occur counts as 0. */
  readonly miou: number;
  /** Of what is occupied; what is ignored counts as free. */
  readonly iou: number;
}

/** What was measured beside the mean IoU. */
export interface MoreFigures {
  /** Where rays first hit, as in SparseOcc. */
  readonly rayiou?: RayFigures;
  /** Over streams of key frames, by GaussianWorld's rule. */
  readonly gaussianworld?: StreamFigures;
}

/** Counts these measures over predictions on the host. */
export class MoreMeasures {
  readonly #config: ModelConfig;
  readonly #frames: ReadonlyMap<string, KeyFrame>;
  readonly #scenes: ReadonlyMap<string, readonly KeyFrame[]>;
  readonly #rays: RayIou | null;
  readonly #confusion: Confusion | null;

  /** `frames` are all of the split: rays begin where the car was at any time of a scene. */
  constructor(
    measures: readonly MoreMeasure[],
    config: ModelConfig,
    frames: readonly KeyFrame[],
  ) {
    const { task, occupancy } = config;
    const { length } = task.classes;
    for (const measure of measures) {
      const why = hindrance(measure, task);
      if (why) throw new RangeError(`Cannot measure ${measure}: ${why}`);
    }
    this.#config = config;
    this.#frames = new Map(frames.map((frame) => [frame.token, frame]));
    this.#scenes = Map.groupBy(frames, ({ sceneToken }) => sceneToken);
    const [x, y, z] = occupancy.range;
    const grid = { dims: gridDims(occupancy), voxel: occupancy.voxel, corner: [x, y, z] } as const;
    this.#rays = measures.includes("rayiou") ? new RayIou(grid, length) : null;
    this.#confusion = measures.includes("gaussianworld") ? new Confusion(length) : null;
  }

  /** Counts a key frame. */
  add({ token, labels }: Pick<Sample, "token" | "labels">, prediction: ArrayLike<number>): void {
    if (this.#rays) {
      const frame = this.#frames.get(token)!;
      const scene = this.#scenes.get(frame.sceneToken)!;
      const origins = rayOrigins(frame, scene, this.#config.task.frame);
      this.#rays.add(prediction, labels, origins);
    }
    this.#confusion?.add(labels, prediction);
  }

  /** All counts, whole numbers in a fixed order: sums of several are those of all they counted. */
  counts(): Float64Array {
    const arrays = this.#arrays();
    const counts = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const array of arrays) {
      counts.set(array, at);
      at += array.length;
    }
    return counts;
  }

  /** Takes other counts in place of its own. */
  setCounts(counts: Float64Array): void {
    let at = 0;
    for (const array of this.#arrays()) array.set(counts.subarray(at, at += array.length));
  }

  #arrays(): Float64Array[] {
    const rays = this.#rays?.counts;
    return [
      ...(rays ? [rays.gt, rays.pred, ...rays.tp, rays.freeTruth] : []),
      ...(this.#confusion ? [this.#confusion.counts] : []),
    ];
  }

  /** The figures of all that was counted. */
  results(): MoreFigures {
    const percent = (value: number | null) => value === null ? null : 100 * value;
    const rays = this.#rays?.results();
    const world = this.#confusion && streamMiou(this.#confusion);
    const { classes } = this.#config.task;
    return {
      ...(rays
        ? {
          rayiou: {
            official: this.#config.task.metric === "occ3d",
            rayIou: percent(rays.rayIou),
            at: RAY_THRESHOLDS.map((metres, t) => ({ metres, rayIou: percent(rays.at[t]!) })),
            classes: classes.map((name, c) => ({
              name,
              gt: rays.gt[c]!,
              pred: rays.pred[c]!,
              tp: rays.tp.map((row) => row[c]!),
            })),
            freeTruth: {
              rays: rays.freeTruth.reduce((sum, count) => sum + count, 0),
              invented: rays.freeTruth.subarray(0, -1).reduce((sum, count) => sum + count, 0),
            },
          },
        }
        : {}),
      ...(world ? { gaussianworld: { miou: 100 * world.miou, iou: 100 * world.geometryIou } } : {}),
    };
  }
}
