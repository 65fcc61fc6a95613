import { Confusion } from "../../../loss/metrics/confusion.ts";
import { occ3dMiou as figures } from "../../../loss/metrics/occ3d_miou.ts";
import type { HostArray, Operator } from "../operator.ts";
import { counts, floats, knownFloats } from "./host_values.ts";

/** Occ3D's classes: "others", sixteen of nuScenes, free. */
const CLASSES = 18;
const GRID = ["samples", "x", "y", "z"];

/** Mean IoU of Occ3D-nuScenes, in the voxels that a camera sees. */
export const occ3dMiou: Operator = {
  name: "occ3d_miou",
  summary: "confusion matrix in what cameras see, IoU per class, mean IoU in percent as Occ3D's",
  inputs: {
    pred: { axes: GRID, integer: true },
    gt: { axes: GRID, integer: true },
    mask_camera: { axes: GRID, integer: true },
    mask_lidar: { axes: GRID, integer: true, optional: true },
  },
  run(_gpu, inputs) {
    const { pred, gt, mask_camera } = inputs as Record<string, HostArray>;
    const masked = new Confusion(CLASSES);
    masked.add(gt!.data, pred!.data, { mask: mask_camera!.data, ignored: 255 });
    const whole = new Confusion(CLASSES);
    whole.add(gt!.data, pred!.data, { ignored: 255 });
    const { iou, miou } = figures(masked);
    const rounded = (value: number | null) => floats([Math.round((value ?? 0) * 100) / 100]);
    return Promise.resolve({
      hist: counts(masked.counts, [CLASSES, CLASSES]),
      ...knownFloats("iou", iou),
      miou_percent: floats([miou ?? 0]),
      miou_percent_rounded: rounded(miou),
      miou_percent_nomask: rounded(figures(whole).miou),
    });
  },
};
