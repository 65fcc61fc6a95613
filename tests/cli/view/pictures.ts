import { decodePng } from "../../../data/pictures/png/png.ts";

/** The pixels of a PNG without alpha. */
export function rgbOf(png: Uint8Array): Uint8Array {
  const { data, channels, width, height } = decodePng(png);
  return Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => data[channels * Math.floor(i / 3) + (i % 3)]!,
  );
}

/** Red, green and blue of a PNG's pixel. */
export function pixelOf(png: Uint8Array, x: number, y: number): number[] {
  const { data, channels, width } = decodePng(png);
  const at = channels * (Math.round(y) * width + Math.round(x));
  return [data[at]!, data[at + 1]!, data[at + 2]!];
}

/** Mean difference of two PNGs, in levels. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [rgbOf(a), rgbOf(b)];
  return left.reduce((sum, value, i) => sum + Math.abs(value - right[i]!), 0) / left.length;
}
