import { CLASS_NAMES } from "../../../data/nuscenes/classes.ts";
import type { ClassFigures } from "./evaluate_checkpoint.ts";

/** An evaluation's figures by class: the head of a table and its rows, shares in percent. */
export function classTable(
  classes: readonly ClassFigures[],
): readonly [head: string[], rows: (string | number)[][]] {
  const percent = (value: number) => (100 * value).toFixed(2);
  return [
    ["class", "IoU %", "precision %", "recall %", "labels", "predicted", "correct"],
    classes.map((row) => [
      CLASS_NAMES[row.label]!,
      percent(row.iou),
      percent(row.precision),
      percent(row.recall),
      row.seen,
      row.positive,
      row.correct,
    ]),
  ];
}
