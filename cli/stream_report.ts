import type { EvaluationReport } from "../mod.ts";
import { percentText } from "../model/mod.ts";
import { counted, formatTable } from "./terminal/table.ts";

const WAYS = {
  single: "each key frame on its own",
  once: "over each scene once",
  windows: "in windows, each from its own start",
} as const;

/** How a model does as it goes from key frame to key frame, in lines; none where it did not. */
export function describeStream({ stream }: Pick<EvaluationReport, "stream">): string[] {
  if (!stream) return [];
  const { mode, curve, shortScenes } = stream;
  return [
    formatTable(
      ["seen before", "key frames", "mIoU", "IoU"],
      curve.map(({ since, samples, miou, iou }) => [
        since,
        samples,
        percentText(miou),
        percentText(iou),
      ]),
    ),
    `streamed ${WAYS[mode]}` +
    (shortScenes ? `; ${counted(shortScenes, "scene")} shorter than a window left out` : ""),
  ];
}
