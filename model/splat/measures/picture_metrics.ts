import type { Gpu } from "../../../gpu/device.ts";
import { noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { ssim } from "../../../loss/photometric/ssim.ts";

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

/** Compares a picture with the one to reach. */
export async function comparePictures(
  gpu: Gpu,
  picture: Planes,
  target: Planes,
): Promise<PictureMetrics> {
  const { width, height, data } = picture;
  if (target.width !== width || target.height !== height) {
    throw new RangeError(
      `Cannot compare pictures: one is ${width} x ${height}, the other ${target.width} x ${target.height}`,
    );
  }
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

/** Values in [0, 1] as bytes, rounded as the reference saves pictures. */
export function quantised(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Math.min(255, Math.max(0, 255 * values[i]! + 0.5));
  }
  return bytes;
}

/** Means over pictures. */
export function meanMetrics(all: readonly PictureMetrics[]): PictureMetrics {
  const mean = (name: keyof PictureMetrics) =>
    all.reduce((sum, metrics) => sum + metrics[name], 0) / all.length;
  return {
    l1: mean("l1"),
    channelPsnr: mean("channelPsnr"),
    psnr: mean("psnr"),
    ssim: mean("ssim"),
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
  const [a, b] = pictures.map((bytes) =>
    Tensor.from(gpu, Float32Array.from(bytes).map((byte) => byte / 255), shape)
  );
  const result = noGradient(gpu, () => ssim(a!, b!));
  return (await result.read("f32"))[0]!;
}
