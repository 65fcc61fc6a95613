import type { Gpu } from "../../../gpu/device.ts";
import { noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { ssim, ssimMap } from "../../../loss/photometric/ssim.ts";
import { correctAffine } from "./colour_correction.ts";

/** How alike two pictures are. */
export interface PictureMetrics {
  /** Mean absolute difference of the values in [0, 1]. */
  readonly l1: number;
  /** Mean over channels of the PSNR in dB, of values that are not rounded: what training reports. */
  readonly channelPsnr: number;
  /** PSNR in dB over all channels, of 8-bit pictures: what `metrics` reports. */
  readonly psnr: number;
  /** Mean structural similarity of 8-bit pictures. */
  readonly ssim: number;
  /** PSNR of 8-bit pictures once the colours were fitted to those to reach, where that was asked for. */
  readonly ccPsnr?: number;
  /** SSIM of the same. */
  readonly ccSsim?: number;
}

/** A picture as planes [3, height, width] in [0, 1]. */
export interface Planes {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** [3, height, width] in [0, 1]. */
  readonly data: Float32Array;
}

/**
 * Compares a picture with the one to reach, over the pixels that count where that is given, 1 or 0 for each
 * [height, width]: windows of SSIM see black where they reach past these. All NaN where none counts.
 */
export async function comparePictures(
  gpu: Gpu,
  picture: Planes,
  target: Planes,
  counts: ArrayLike<number> | null = null,
): Promise<PictureMetrics> {
  const { width, height, data } = picture;
  if (target.width !== width || target.height !== height) {
    throw new RangeError(
      `Cannot compare pictures: one is ${width} x ${height}, the other ${target.width} x ${target.height}`,
    );
  }
  if (counts) return await compareCounted(gpu, picture, target, counts);
  const pixels = width * height;
  let absolute = 0;
  let channelPsnr = 0;
  for (let c = 0; c < 3; c++) {
    let square = 0;
    for (let i = c * pixels; i < (c + 1) * pixels; i++) {
      const difference = data[i]! - target.data[i]!;
      absolute += Math.abs(difference);
      square += difference * difference;
    }
    channelPsnr += psnrOf(square / pixels) / 3;
  }
  const [bytes, goal] = [quantised(data), quantised(target.data)];
  let square = 0;
  for (let i = 0; i < bytes.length; i++) square += (bytes[i]! - goal[i]!) ** 2;
  return {
    l1: absolute / data.length,
    channelPsnr,
    psnr: psnrOf(square / bytes.length / 255 ** 2),
    ssim: await similarity(gpu, [bytes, goal], [3, height, width]),
  };
}

/** How alike two pictures are once the colours of the first were brought to those of the second, by channel. */
export async function compareCorrected(
  gpu: Gpu,
  picture: Planes,
  target: Planes,
  counts: ArrayLike<number> | null = null,
): Promise<Required<Pick<PictureMetrics, "ccPsnr" | "ccSsim">>> {
  const data = Float32Array.from(
    correctAffine(picture.data, target.data, { planes: true, counts }),
  );
  const { psnr, ssim } = await comparePictures(gpu, { ...picture, data }, target, counts);
  return { ccPsnr: psnr, ccSsim: ssim };
}

/** The same over some of the pixels. */
async function compareCounted(
  gpu: Gpu,
  picture: Planes,
  target: Planes,
  counts: ArrayLike<number>,
): Promise<PictureMetrics> {
  const { width, height, data } = picture;
  const pixels = width * height;
  let number = 0;
  for (let i = 0; i < pixels; i++) number += counts[i]!;
  const [bytes, goal] = [quantised(data), quantised(target.data)];
  for (let i = 0; i < bytes.length; i++) if (!counts[i % pixels]) bytes[i] = goal[i] = 0;
  const similar = await similarityMap(gpu, [bytes, goal], [3, height, width]);
  let [absolute, square, similarity, channelPsnr] = [0, 0, 0, 0];
  for (let c = 0; c < 3; c++) {
    let own = 0;
    for (let i = c * pixels; i < (c + 1) * pixels; i++) {
      if (!counts[i % pixels]) continue;
      const difference = data[i]! - target.data[i]!;
      absolute += Math.abs(difference);
      own += difference * difference;
      square += (bytes[i]! - goal[i]!) ** 2;
      similarity += similar[i]!;
    }
    channelPsnr += psnrOf(own / number) / 3;
  }
  return {
    l1: absolute / number / 3,
    channelPsnr,
    psnr: psnrOf(square / number / 3 / 255 ** 2),
    ssim: similarity / number / 3,
  };
}

/** A picture that is black where pixels do not count. */
export function blackened(picture: Planes, counts: ArrayLike<number> | null): Planes {
  if (!counts) return picture;
  const pixels = picture.width * picture.height;
  return { ...picture, data: picture.data.map((value, i) => counts[i % pixels] ? value : 0) };
}

/** Values in [0, 1] as bytes, rounded as the reference saves pictures. */
export function quantised(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Math.min(255, Math.max(0, 255 * values[i]! + 0.5));
  }
  return bytes;
}

/** Means over pictures, without those of which no pixel counts. */
export function meanMetrics(pictures: readonly PictureMetrics[]): PictureMetrics {
  const all = pictures.filter(({ l1 }) => !Number.isNaN(l1));
  const mean = (name: keyof PictureMetrics) =>
    all.reduce((sum, metrics) => sum + metrics[name]!, 0) / all.length;
  const corrected = all.length && all.every(({ ccPsnr }) => ccPsnr !== undefined);
  return {
    l1: mean("l1"),
    channelPsnr: mean("channelPsnr"),
    psnr: mean("psnr"),
    ssim: mean("ssim"),
    ...corrected && { ccPsnr: mean("ccPsnr"), ccSsim: mean("ccSsim") },
  };
}

function psnrOf(meanSquare: number): number {
  return -10 * Math.log10(meanSquare);
}

async function similarity(
  gpu: Gpu,
  pictures: readonly Uint8Array[],
  shape: readonly number[],
): Promise<number> {
  using _scope = gpu.scope();
  const [a, b] = uploaded(gpu, pictures, shape);
  const result = noGradient(gpu, () => ssim(a!, b!));
  return (await result.read("f32"))[0]!;
}

async function similarityMap(
  gpu: Gpu,
  pictures: readonly Uint8Array[],
  shape: readonly number[],
): Promise<Float32Array> {
  using _scope = gpu.scope();
  const [a, b] = uploaded(gpu, pictures, shape);
  return await noGradient(gpu, () => ssimMap(a!, b!)).read("f32");
}

function uploaded(gpu: Gpu, pictures: readonly Uint8Array[], shape: readonly number[]): Tensor[] {
  return pictures.map((bytes) =>
    Tensor.from(gpu, Float32Array.from(bytes).map((byte) => byte / 255), shape)
  );
}
