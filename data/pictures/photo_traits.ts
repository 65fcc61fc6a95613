import type { RgbaPicture } from "./picture.ts";
import { resizePicture } from "./resize_picture.ts";

/** Pixels of the longer side at which photos are looked at, so that those of different size compare. */
const SIDE = 512;
/** Share of their contrast by which prints of one photo may differ. */
const SAME = 0.03;
/** Sides of the print. */
const PRINT = 16;

/** What photos are told apart by. */
export interface PhotoTraits {
  /** From 0, where all edges are soft along rows or columns, to 1. */
  readonly sharpness: number;
  /** Brightness 0 to 255 of 16 x 16 pieces, less its mean. */
  readonly print: Float32Array;
}

/** Measures how sharp a photo is, and what it looks like from afar. */
export function photoTraits(picture: RgbaPicture): PhotoTraits {
  const factor = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) =>
    Math.max(1, Math.round(side * factor))
  ) as [number, number];
  return {
    sharpness: sharpnessOf(greyOf(resizePicture(picture, [width, height])), width, height),
    print: printOf(greyOf(resizePicture(picture, [PRINT, PRINT]))),
  };
}

/** Whether two prints are of one photo, but for compression. */
export function samePrint(a: PhotoTraits, b: PhotoTraits): boolean {
  let [apart, contrast] = [0, 0];
  for (let i = 0; i < a.print.length; i++) {
    apart += Math.abs(a.print[i]! - b.print[i]!);
    contrast += Math.abs(a.print[i]!) + Math.abs(b.print[i]!);
  }
  return apart <= SAME * contrast;
}

function greyOf({ data }: RgbaPicture): Float32Array {
  const grey = new Float32Array(data.length / 4);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
  }
  return grey;
}

/** Taps of the blur that pictures are blurred with once more. */
const REACH = 4;

/**
 * How much of the change from pixel to pixel is lost when a picture is blurred once more, along rows or along
 * columns, whichever loses less: what is blurred already has little to lose (Crete et al. 2007).
 */
function sharpnessOf(grey: Float32Array, width: number, height: number): number {
  return Math.min(
    lostAlong(grey, { length: width, step: 1, lines: height, stride: width }),
    lostAlong(grey, { length: height, step: width, lines: width, stride: 1 }),
  );
}

function lostAlong(
  grey: Float32Array,
  { length, step, lines, stride }: Record<"length" | "step" | "lines" | "stride", number>,
): number {
  let [all, lost] = [0, 0];
  const blurred = new Float64Array(length);
  for (let line = 0; line < lines; line++) {
    const at = (i: number) => grey[line * stride + Math.min(length - 1, Math.max(0, i)) * step]!;
    let sum = 0;
    for (let i = -REACH; i < REACH; i++) sum += at(i);
    for (let i = 0; i < length; i++) {
      sum += at(i + REACH);
      blurred[i] = sum / (2 * REACH + 1);
      sum -= at(i - REACH);
    }
    for (let i = 1; i < length; i++) {
      const change = Math.abs(at(i) - at(i - 1));
      all += change;
      lost += Math.max(0, change - Math.abs(blurred[i]! - blurred[i - 1]!));
    }
  }
  return all > 0 ? lost / all : 0;
}

function printOf(grey: Float32Array): Float32Array {
  const mean = grey.reduce((sum, value) => sum + value / grey.length, 0);
  return grey.map((value) => value - mean);
}
