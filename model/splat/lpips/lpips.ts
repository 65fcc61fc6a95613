import { sliceable } from "../../../gpu/binding/slice.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { concat } from "../../../gpu/ops/array/move/concat.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import { conv2d } from "../../../gpu/ops/nn/conv/conv2d.ts";
import { maxPool2d } from "../../../gpu/ops/nn/conv/max_pool2d.ts";
import { noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { featureDistance } from "../../../loss/photometric/feature_distance.ts";
import type { Planes } from "../measures/picture_metrics.ts";
import { type LpipsFiles, type LpipsSlice, readLpips } from "./lpips_weights.ts";

/** Mean and spread of the channels that VGG16 expects, for values in [-1, 1]. */
const MEAN = [-0.030, -0.088, -0.188];
const SPREAD = [0.458, 0.448, 0.450];

/** Side below which nothing is left after the four poolings. */
const SMALLEST = 16;

/** Values of features that are computed at once, 128 MiB: a picture's first slice has 244 MiB a megapixel. */
const STRIP_VALUES = 2 ** 25;

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
  readonly #values: number;

  /** Takes the weights of VGG16's features and of the linear heads. */
  constructor(
    private readonly gpu: Gpu,
    files: LpipsFiles,
    { range = "unit", values = STRIP_VALUES }: {
      readonly range?: LpipsRange;
      /** Most values of features at once. */
      readonly values?: number;
    } = {},
  ) {
    this.#values = Math.min(values, sliceable(gpu));
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
      const parts: { readonly distance: Tensor; readonly share: number }[] = [];
      let pictures: Pair = [this.#input(a), this.#input(b)];
      this.#slices.forEach((part, k) => {
        const pooled: Pair[] = [];
        const [, , height, width] = pictures[0].shape as [number, number, number, number];
        for (const strip of this.#strips(part, height, width)) {
          const [left, right] = pictures.map((x) => features(x, part, strip)) as [Tensor, Tensor];
          parts.push({
            distance: featureDistance(left, right, part.head),
            share: (strip.end - strip.start) / height,
          });
          if (k + 1 < this.#slices.length) {
            pooled.push([maxPool2d(left, { kernel: 2 }), maxPool2d(right, { kernel: 2 })]);
          }
          left.release();
          right.release();
        }
        for (const picture of pictures) picture.release();
        if (pooled.length > 0) pictures = [joined(pooled, 0), joined(pooled, 1)];
      });
      return parts;
    });
    let total = 0;
    for (const { distance, share } of parts) total += share * (await distance.read("f32"))[0]!;
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

  /** As many rows at a time as bound memory allows, an even number of them so that pooling fits. */
  *#strips({ convolutions, head }: LpipsSlice, height: number, width: number): Generator<Strip> {
    const rows = Math.floor(this.#values / (head.size * width)) - 2 * convolutions.length;
    const step = 2 * Math.max(1, Math.floor(rows / 2));
    if (step + 2 * convolutions.length >= height) return yield { start: 0, end: height };
    for (let start = 0; start < height; start += step) {
      yield { start, end: Math.min(height, start + step) };
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

/** Features of both pictures. */
type Pair = readonly [Tensor, Tensor];

/** Rows from `start`, which is even, up to `end`. */
interface Strip {
  readonly start: number;
  readonly end: number;
}

/** A slice's features [1, channels, end - start, width] of some rows of `x`. */
function features(x: Tensor, { convolutions }: LpipsSlice, { start, end }: Strip): Tensor {
  const height = x.shape[2]!;
  // Each convolution sees one row further; those next to a cut come out wrong and are left out.
  const above = Math.min(convolutions.length, start);
  const below = Math.min(convolutions.length, height - end);
  const cut = end - start < height;
  let y = cut ? slice(x, 2, start - above, end + below) : x;
  const move = (next: Tensor) => {
    if (y !== x) y.release();
    y = next;
  };
  for (const { weight, bias } of convolutions) {
    move(conv2d(y, weight, bias, { padding: 1, activation: "relu" }));
  }
  if (cut) move(slice(y, 2, above, above + end - start));
  return y;
}

/** The strips of one of the pictures, below each other. */
function joined(strips: readonly Pair[], which: 0 | 1): Tensor {
  const parts = strips.map((pair) => pair[which]);
  if (parts.length === 1) return parts[0]!;
  const whole = concat(parts, 2);
  for (const part of parts) part.release();
  return whole;
}
