import type { ClassFigures } from "./evaluate_checkpoint.ts";
import { percentText } from "./figures.ts";

/** An evaluation's figures by class: the head of a table and its rows, shares in percent, "–" where there is none. */
export function classTable(
  classes: readonly ClassFigures[],
): readonly [head: string[], rows: (string | number)[][]] {
  const percent = (value: number | null) => percentText(value === null ? null : 100 * value);
  return [
    ["class", "IoU %", "precision %", "recall %", "labels", "predicted", "correct"],
    classes.map((row) => [
      row.name,
      percent(row.iou),
      percent(row.precision),
      percent(row.recall),
      row.seen,
      row.positive,
      row.correct,
    ]),
  ];
}
