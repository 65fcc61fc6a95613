import type { IouResults } from "../../../loss/mean_iou.ts";

/** The figures of an evaluation as people mean them, and the published one beside them; percent. */
export interface Figures {
  /** Mean IoU of the classes that occur in labels or predictions; null where none does. */
  readonly miou: number | null;
  /** The mean by the convention of the published evaluation: a class that no label has has a value. */
  readonly referenceMiou: number;
  /** Intersection over union of what is occupied; null where nothing is, nor is said to be. */
  readonly iou: number | null;
  /** Classes that occur. */
  readonly occurring: number;
  /** Classes that could. */
  readonly classCount: number;
}

/** The figures that counts come to. */
export function figuresOf({ miou, occIou, iou, reference }: IouResults): Figures {
  return {
    miou,
    referenceMiou: reference.miou,
    iou: occIou,
    occurring: iou.filter((value) => value !== null).length,
    classCount: iou.length,
  };
}

/** A percentage with two digits, "–" where there is none. */
export function percentText(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}

/** The figures in words: `mIoU 3.46 over 5 of 16 classes (reference mIoU 69.83), IoU 11.83`. */
export function describeFigures(
  { miou, referenceMiou, iou, occurring, classCount }: Figures,
): string {
  return `mIoU ${percentText(miou)} over ${occurring} of ${classCount} classes ` +
    `(reference mIoU ${percentText(referenceMiou)}), IoU ${percentText(iou)}`;
}
