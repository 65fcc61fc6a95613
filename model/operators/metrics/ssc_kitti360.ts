import { Confusion } from "../../../loss/metrics/confusion.ts";
import { sceneCompletion } from "../../../loss/metrics/scene_completion.ts";
import type { HostArray, Operator } from "../operator.ts";
import { counts, floats } from "./host_values.ts";

/** SSCBench-KITTI-360's classes, empty first. */
const CLASSES = 19;
const GRID = ["samples", "x", "y", "z"];

/** Semantic scene completion as SSCBench counts it. */
export const sscKitti360: Operator = {
  name: "ssc_kitti360",
  summary: "completion, precision, recall, IoU and mean IoU as SSCBench's for KITTI-360",
  inputs: {
    pred: { axes: GRID, integer: true },
    gt: { axes: GRID, integer: true },
  },
  run(_gpu, inputs) {
    const { pred, gt } = inputs as Record<string, HostArray>;
    const confusion = new Confusion(CLASSES);
    confusion.add(gt!.data, pred!.data, { ignored: 255 });
    const { completion: { tp, fp, fn }, ...figures } = sceneCompletion(confusion);
    return Promise.resolve({
      completion: counts([tp, fp, fn]),
      precision: floats([figures.precision]),
      recall: floats([figures.recall]),
      iou: floats([figures.iou]),
      tps: counts(figures.tp),
      fps: counts(figures.fp),
      fns: counts(figures.fn),
      iou_ssc: floats(figures.classIou),
      miou: floats([figures.miou]),
    });
  },
};
