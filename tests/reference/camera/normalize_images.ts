import type { F64 } from "../../support.ts";

/** Bytes [n, h, w, 3] to normalised planes [n, 3, h, w], in doubles; the last channel first in `bgr`. */
export function normalizeImages(
  x: F64,
  mean: readonly number[],
  deviation: readonly number[],
  bgr = false,
): F64 {
  const [images, height, width] = x.shape as [number, number, number];
  const pixels = height * width;
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < data.length; i++) {
    const [image, channel, pixel] = [
      Math.floor(i / (3 * pixels)),
      Math.floor(i / pixels) % 3,
      i % pixels,
    ];
    const source = (image * pixels + pixel) * 3 + (bgr ? 2 - channel : channel);
    data[i] = (x.data[source]! - mean[channel]!) / deviation[channel]!;
  }
  return { shape: [images, 3, height, width], data };
}
