import { hindrance, MORE_MEASURES, type MoreFigures, type MoreMeasure } from "../mod.ts";
import { type ModelConfig, percentText } from "../model/mod.ts";
import { formatTable } from "./terminal/table.ts";
import { UsageError } from "./command_line/usage_error.ts";

/**
 * The measures that `--metric` names; "all" are those that the labels can be measured by, `note` is told
 * why others cannot.
 */
export function measuresOf(
  words: readonly string[],
  { task }: Pick<ModelConfig, "task">,
  note: (line: string) => void = () => {},
): MoreMeasure[] {
  const known: readonly string[] = MORE_MEASURES;
  const named = words.flatMap((word) => word.split(",")).filter((word) => word !== "miou");
  const wrong = named.find((word) => word !== "all" && !known.includes(word));
  if (wrong !== undefined) {
    throw new UsageError(
      `Cannot measure "${wrong}": it is none of miou, ${known.join(", ")}, all`,
    );
  }
  return MORE_MEASURES.filter((measure) => {
    if (named.includes(measure) || !named.includes("all")) return named.includes(measure);
    const why = hindrance(measure, task);
    if (why !== null) note(`not measured by ${measure}: ${why}`);
    return why === null;
  });
}

/** What was measured beside the mean IoU, in lines. */
export function describeMeasures({ rayiou, gaussianworld }: MoreFigures): string[] {
  const lines: string[] = [];
  if (gaussianworld) {
    lines.push(
      `by GaussianWorld's rule: mIoU ${percentText(gaussianworld.miou)}, IoU ${
        percentText(gaussianworld.iou)
      } (a class that does not occur counts as 0, voxels of noise as free space; a prediction of noise is no miss)`,
    );
  }
  if (rayiou) {
    const { official, rayIou, at, classes, freeTruth } = rayiou;
    lines.push(
      formatTable(
        [
          "class",
          "rays of labels",
          "of predictions",
          ...at.map(({ metres }) => `right at ${metres} m`),
        ],
        classes.map(({ name, gt, pred, tp }) => [name, gt, pred, ...tp]),
      ),
      `RayIoU ${percentText(rayIou)} (${
        at.map(({ metres, rayIou }) => `${percentText(rayIou)} at ${metres} m`).join(", ")
      }); ${freeTruth.invented} of ${freeTruth.rays} rays whose truth is free meet something predicted, which counts nowhere${
        official ? "" : "; RayIoU is published for Occ3D's labels alone"
      }`,
    );
  }
  return lines;
}
