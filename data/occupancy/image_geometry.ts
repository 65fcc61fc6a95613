import type { PhiloxStream } from "../philox.ts";

/** What is done to a stored picture before the network sees it, in this order. */
export type ImageGeometry = {
  /** Size after resizing, pixels. */
  resized: [number, number];
  /** Resize factor in the projection; the sizes above are rounded down from it. */
  scale: number;
  /** Left, top, right, bottom in the resized picture; parts outside of it are black. */
  crop: [number, number, number, number];
  /** Mirror left and right. */
  flip: boolean;
  /** Degrees about the crop's centre, counter-clockwise. */
  rotate: number;
};

/** The range from which geometries are drawn. */
export type GeometryRange = {
  /** Width and height of the network's input. */
  imageSize: [number, number];
  /** "pad" shows the whole picture at the upper left and black beside or below it; "cover", the default, fills the input. */
  fit?: "cover" | "pad";
  /**
   * Resize factors relative to the one at which the picture just covers (or fits into) the input. That one is 1 for
   * 1600x900 pictures and the reference's 1600x864, so these are then the reference's own factors.
   */
  scale: [number, number];
  /** Part of the resized picture cut off at the bottom, drawn in training. */
  bottom: [number, number];
  /** That part in evaluation, if it is not the mean of the two. */
  evalBottom?: number;
  /** Mirror half of the samples, or half of the pictures, "each" on its own. */
  flip: boolean | "each";
  /** Degrees. */
  rotate: [number, number];
};

/** The reference's settings for an input of `imageSize`: flips in training, nothing else at random. */
export function referenceGeometry(imageSize: [number, number]): GeometryRange {
  return { imageSize, scale: [1, 1], bottom: [0, 0], flip: true, rotate: [0, 0] };
}

/**
 * Draws one geometry for all pictures of a sample; without `random` it is the evaluation's
 * (fitting scale, its own bottom crop, centred, upright).
 */
export function drawGeometry(
  range: GeometryRange,
  [width, height]: readonly [number, number],
  random?: PhiloxStream,
): ImageGeometry {
  const [inputWidth, inputHeight] = range.imageSize;
  const pads = range.fit === "pad";
  const fit = (pads ? Math.min : Math.max)(inputHeight / height, inputWidth / width);
  const scale = fit * (random ? random.uniform(...range.scale) : 1);
  const resized: [number, number] = [Math.floor(width * scale), Math.floor(height * scale)];
  const { bottom: [low, high], evalBottom = (low + high) / 2 } = range;
  const bottom = random ? random.uniform(low, high) : evalBottom;
  const lowest = Math.floor((1 - bottom) * resized[1]) - inputHeight;
  const top = pads ? Math.max(0, lowest) : lowest;
  const spare = Math.max(0, resized[0] - inputWidth);
  const left = Math.floor(random ? random.uniform(0, spare) : spare / 2);
  return {
    resized,
    scale,
    crop: [left, top, left + inputWidth, top + inputHeight],
    flip: random !== undefined && range.flip === true && random.coin(),
    rotate: random ? random.uniform(...range.rotate) : 0,
  };
}

/** Input pixel from stored pixel, a 3x3 matrix row by row: the reference's `ida_mat`. */
export function inputFromImage({ scale, crop, flip, rotate }: ImageGeometry): Float64Array {
  const width = crop[2] - crop[0], height = crop[3] - crop[1];
  const angle = rotate * Math.PI / 180;
  const cos = Math.cos(angle), sin = Math.sin(angle);
  const mirror = flip ? -1 : 1;
  const tx = mirror * -crop[0] + (flip ? width : 0), ty = -crop[1];
  const bx = width / 2, by = height / 2;
  // deno-fmt-ignore
  return new Float64Array([
    cos * mirror * scale, sin * scale, cos * tx + sin * ty + bx - (cos * bx + sin * by),
    -sin * mirror * scale, cos * scale, -sin * tx + cos * ty + by - (-sin * bx + cos * by),
    0, 0, 1,
  ]);
}
