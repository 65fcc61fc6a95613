import { type Confusion, meanOfKnown } from "./confusion.ts";

/** Fractions per class and their mean. */
export interface Occ3dMiou {
  /** Per class, free space last; null for a class without a labelled voxel, **even if predicted**. */
  readonly iou: (number | null)[];
  /** Mean over the classes before free space that have a label, in percent; null where none has. */
  readonly miou: number | null;
}

/**
 * Mean IoU as Occ3D-nuScenes publishes it: of the voxels that a camera sees, where the confusion was
 * filled under `mask_camera`. The last class is free space and not in the mean.
 */
export function occ3dMiou(confusion: Confusion): Occ3dMiou {
  const { tp, fp, fn } = confusion.errors();
  const iou = tp.map((hits, c) => hits + fn[c]! ? hits / (hits + fp[c]! + fn[c]!) : null);
  const mean = meanOfKnown(iou.slice(0, -1));
  return { iou, miou: mean === null ? null : 100 * mean };
}
