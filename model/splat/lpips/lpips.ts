import type { Gpu } from "../../../gpu/device.ts";
import { conv2d } from "../../../gpu/ops/nn/conv2d.ts";
import { maxPool2d } from "../../../gpu/ops/nn/max_pool2d.ts";
import { noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { featureDistance } from "../../../loss/feature_distance.ts";
import type { Planes } from "../picture_metrics.ts";
import { type LpipsFiles, type LpipsSlice, readLpips } from "./lpips_weights.ts";

/** Mean and spread of the channels that VGG16 expects, for values in [-1, 1]. */
const MEAN = [-0.030, -0.088, -0.188];
const SPREAD = [0.458, 0.448, 0.450];

/** Side below which nothing is left after the four poolings. */
const SMALLEST = 16;

/** What values in [0, 1] become first: nothing, as in the 3DGS papers, or [-1, 1], as LPIPS has it. */
export type LpipsRange = "unit" | "signed";

/**
 * Perceptual distance of pictures by the features of VGG16 (LPIPS v0.1, Zhang et al. 2018). Values go
 * in as they are, in [0, 1], though the network was trained on [-1, 1]: so do the figures that are
 * published of 3DGS; `range: "signed"` does what LPIPS's authors do.
 */
export class Lpips {
  readonly #slices: readonly LpipsSlice[];
  readonly #range: LpipsRange;

  constructor(
    private readonly gpu: Gpu,
    files: LpipsFiles,
    { range = "unit" }: { readonly range?: LpipsRange } = {},
  ) {
    this.#slices = readLpips(gpu, files);
    this.#range = range;
  }

  /** Distance of two pictures of one size; 0 for equal ones. */
  async distance(a: Planes, b: Planes): Promise<number> {
    if (a.width !== b.width || a.height !== b.height) {
      throw new RangeError(
        `Cannot compare pictures: one is ${a.width} x ${a.height}, the other ${b.width} x ${b.height}`,
      );
    }
    if (Math.min(a.width, a.height) < SMALLEST) {
      throw new RangeError(
        `Cannot compare pictures by LPIPS: they are ${a.width} x ${a.height}, ` +
          `${SMALLEST} x ${SMALLEST} pixels or more are needed`,
      );
    }
    using _scope = this.gpu.scope();
    const parts = noGradient(this.gpu, () => {
      let [left, right] = [this.#input(a), this.#input(b)];
      return this.#slices.map((slice, k) => {
        left = features(left, slice, k > 0);
        right = features(right, slice, k > 0);
        return featureDistance(left, right, slice.head);
      });
    });
    let total = 0;
    for (const part of parts) total += (await part.read("f32"))[0]!;
    return total;
  }

  /** Gives the network's memory back. */
  release(): void {
    for (const { convolutions, head } of this.#slices) {
      for (const { weight, bias } of convolutions) {
        weight.release();
        bias.release();
      }
      head.release();
    }
  }

  #input({ width, height, data }: Planes): Tensor {
    const pixels = width * height;
    const values = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const channel = Math.floor(i / pixels);
      const value = this.#range === "signed" ? 2 * data[i]! - 1 : data[i]!;
      values[i] = (value - MEAN[channel]!) / SPREAD[channel]!;
    }
    return Tensor.from(this.gpu, values, [1, 3, height, width]);
  }
}

/** The next slice's features; each picture's first slice takes 500 MB a megapixel, so none is kept. */
function features(x: Tensor, { convolutions }: LpipsSlice, pooled: boolean): Tensor {
  let y = x;
  const move = (next: Tensor) => {
    y.release();
    y = next;
  };
  if (pooled) move(maxPool2d(y, { kernel: 2 }));
  for (const { weight, bias } of convolutions) {
    move(conv2d(y, weight, bias, { padding: 1, activation: "relu" }));
  }
  return y;
}
