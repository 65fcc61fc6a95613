import type { BytePicture } from "./picture.ts";

/** How pixels are weighed when a picture is resized. */
export type ResizeFilter = "bicubic" | "bilinear" | "box";

const KERNELS: Record<ResizeFilter, { support: number; weigh: (x: number) => number }> = {
  // Keys' cubic with a = -0.5, Pillow's "bicubic" and so the reference's filter.
  bicubic: {
    support: 2,
    weigh: (x) => {
      const t = Math.abs(x);
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
    },
  },
  bilinear: { support: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Mean over the area of an output pixel: four times cheaper than bicubic and as good when shrinking.
  box: { support: 0.5, weigh: (x) => x > -0.5 && x <= 0.5 ? 1 : 0 },
};

// Pillow weighs 8-bit pixels with integers of 22 fractional bits; the same here gives the same bytes.
const FRACTION_BITS = 22;

type Taps = { first: Int32Array; count: Int32Array; weights: Int32Array; stride: number };

/** Resizes as Pillow's Image.resize does, byte for byte: across, then down, each to 8 bits. */
export function resizePixels<P extends BytePicture>(
  image: P,
  [width, height]: readonly [number, number],
  filter: ResizeFilter,
): P {
  const { channels } = image;
  let data: Uint8Array = image.data;
  if (width !== image.width) {
    const taps = tapsFor(image.width, width, filter);
    data = (channels === 3 ? resizeAcross : resizeChannelsAcross)(image, width, taps);
  }
  if (height !== image.height) {
    data = resizeDown(
      { width, height: image.height, channels, data },
      height,
      tapsFor(image.height, height, filter),
    );
  }
  return { ...image, width, height, data };
}

/** Source pixels and weights of each output pixel along one axis. */
function tapsFor(from: number, to: number, filter: ResizeFilter): Taps {
  const { support, weigh } = KERNELS[filter];
  const scale = from / to;
  const stretch = Math.max(1, scale); // shrinking widens the kernel, so that no pixel is skipped
  const reach = support * stretch;
  const stride = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(to), count = new Int32Array(to);
  const weights = new Int32Array(to * stride);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - reach + 0.5));
    const end = Math.min(from, Math.trunc(center + reach + 0.5));
    const raw = Array.from(
      { length: end - start },
      (_, k) => weigh((k + start - center + 0.5) / stretch),
    );
    const sum = raw.reduce((a, b) => a + b, 0);
    first[i] = start;
    count[i] = end - start;
    raw.forEach((weight, k) => {
      const scaled = (sum === 0 ? weight : weight / sum) * (1 << FRACTION_BITS);
      weights[i * stride + k] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    });
  }
  return { first, count, weights, stride };
}

const HALF = 1 << (FRACTION_BITS - 1);

function resizeAcross(image: BytePicture, width: number, taps: Taps): Uint8Array {
  const { first, count, weights, stride } = taps;
  const out = new Uint8ClampedArray(width * image.height * 3);
  const { data } = image;
  for (let y = 0, to = 0; y < image.height; y++) {
    const row = y * image.width;
    for (let x = 0; x < width; x++, to += 3) {
      let red = HALF, green = HALF, blue = HALF;
      const end = count[x]!;
      for (let k = 0, from = 3 * (row + first[x]!); k < end; k++, from += 3) {
        const weight = weights[x * stride + k]!;
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
      }
      out[to] = red >> FRACTION_BITS;
      out[to + 1] = green >> FRACTION_BITS;
      out[to + 2] = blue >> FRACTION_BITS;
    }
  }
  return new Uint8Array(out.buffer);
}

/** The same for any number of channels, which the loop over three of them is twice as fast as. */
function resizeChannelsAcross(
  { width: from, height, channels, data }: BytePicture,
  width: number,
  taps: Taps,
): Uint8Array {
  const { first, count, weights, stride } = taps;
  const out = new Uint8ClampedArray(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, to++) {
        let sum = HALF;
        let at = channels * (y * from + first[x]!) + c;
        for (let k = 0; k < count[x]!; k++, at += channels) {
          sum += weights[x * stride + k]! * data[at]!;
        }
        out[to] = sum >> FRACTION_BITS;
      }
    }
  }
  return new Uint8Array(out.buffer);
}

function resizeDown(image: BytePicture, height: number, taps: Taps): Uint8Array {
  const { first, count, weights, stride } = taps;
  const row = image.width * image.channels;
  const out = new Uint8ClampedArray(row * height);
  const { data } = image;
  const sums = new Int32Array(row);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * stride + k]!;
      const from = (first[y]! + k) * row;
      for (let i = 0; i < row; i++) sums[i]! += weight * data[from + i]!;
    }
    for (let i = 0, to = y * row; i < row; i++, to++) out[to] = sums[i]! >> FRACTION_BITS;
  }
  return new Uint8Array(out.buffer);
}
