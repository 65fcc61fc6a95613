import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { meanPercent } from "../../../loss/mean_iou.ts";
import type { Figures } from "../evaluation/figures.ts";
import type { SavedEvaluation } from "./run_report.ts";
import type { RunRow } from "./run_rows.ts";

// Older versions kept the published mean alone, under the name of the mean.

/**
 * A row of `metrics.jsonl` as it is written today. In older ones a class that does not occur has an IoU
 * of exactly 1, as no class that does has in practice.
 */
export function rowOfToday(row: RunRow): RunRow {
  if (row.type !== "evaluated" || row.referenceMiou !== undefined) return row;
  const classes = row.classes.map((iou) => iou === 1 ? null : iou);
  const miou = classes.includes(null) ? meanPercent(classes) : row.miou;
  return { ...row, miou, referenceMiou: row.miou, classes };
}

/** An `evaluation.json` as it is written today: its counts tell which classes occur. */
export function evaluationOfToday({ result, baseline }: SavedEvaluation): SavedEvaluation {
  if (result.referenceMiou !== undefined) return baseline ? { result, baseline } : { result };
  const share = (part: number, whole: number) => whole ? part / whole : null;
  const classes = result.classes.map((row) => ({
    ...row,
    name: surroundOcc.classes[row.label]!,
    iou: share(row.tp, row.tp + row.fp + row.fn),
    precision: share(row.tp, row.positive),
    recall: share(row.tp, row.seen),
  }));
  const occurring = classes.filter(({ iou }) => iou !== null).length;
  const counts = { occurring, classCount: classes.length };
  return {
    result: {
      ...result,
      ...counts,
      classes,
      miou: meanPercent(classes.map(({ iou }) => iou)),
      referenceMiou: result.miou!,
    },
    ...(baseline ? { baseline: published(baseline, counts) } : {}),
  };
}

function published(
  { miou, iou }: Figures,
  counts: Pick<Figures, "occurring" | "classCount">,
): Figures {
  return { miou: null, referenceMiou: miou!, iou, ...counts };
}
