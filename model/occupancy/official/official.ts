import type { EvaluationReport } from "../evaluation/evaluate_checkpoint.ts";
import { gaussianFormer } from "./gaussianformer.ts";
import { gaussianWorld } from "./gaussianworld.ts";
import { type Published, PUBLISHED_KEY_FRAMES } from "./published.ts";
import { quadricFormer } from "./quadricformer.ts";
import { superOcc } from "./superocc.ts";

/** What was published, by the name of the preset. */
export const OFFICIAL: Readonly<Record<string, Published>> = {
  ...gaussianFormer,
  ...quadricFormer,
  ...superOcc,
  ...gaussianWorld,
};

/** A figure beside the published one, percent. */
export interface OfficialRow {
  /** Name of the class, or of the measure. */
  readonly name: string;
  /** What was measured here; null where nothing was. */
  readonly here: number | null;
  /** What was published; null where nothing was. */
  readonly published: number | null;
  /** The first less the second; null without one of them. */
  readonly difference: number | null;
}

/** An evaluation beside what was published. */
export interface OfficialComparison {
  /** By class, then the means. */
  readonly rows: readonly OfficialRow[];
  /** Where the published ones stand. */
  readonly source: string;
  /** Why the two are not of the same measure; empty where they are. */
  readonly remarks: readonly string[];
}

/** Puts an evaluation beside the figures that were published of its weights. */
export function compareOfficial(
  published: Published,
  { samples, split, classes, iou, referenceMiou, measures }: Pick<
    EvaluationReport,
    "samples" | "split" | "classes" | "iou" | "referenceMiou" | "measures"
  >,
): OfficialComparison {
  const world = published.rule === "gaussianworld" ? measures.gaussianworld : null;
  const rows = [
    ...classes.map(({ name, iou }) =>
      rowOf(name, iou === null ? null : 100 * iou, published.classes?.[name])
    ),
    rowOf("mIoU", world ? world.miou : referenceMiou, published.miou),
    rowOf("IoU", world ? world.iou : iou, published.iou),
    ...(published.rayIou === undefined
      ? []
      : [rowOf("RayIoU", measures.rayiou?.rayIou ?? null, published.rayIou)]),
  ];
  const views = published.stream === "windows";
  const remarks = [
    ...(split === "val" &&
        (views ? samples >= PUBLISHED_KEY_FRAMES : samples === PUBLISHED_KEY_FRAMES)
      ? []
      : [
        `published over ${PUBLISHED_KEY_FRAMES} key frames of val, here ${samples} of ${split} count`,
      ]),
    ...(published.classes ? [] : ["nobody published its figures by class"]),
    ...(world ? ["mIoU and IoU by GaussianWorld's rule, the classes above by the set's own"] : []),
  ];
  return { rows, source: published.source, remarks };
}

function rowOf(name: string, here: number | null, published: number | undefined): OfficialRow {
  return {
    name,
    here,
    published: published ?? null,
    difference: here === null || published === undefined ? null : here - published,
  };
}
