import type { F64 } from "../../support.ts";
import { type Finish, finish } from "./matmul.ts";

/** Mean and biased variance of each channel of [n, c, ...], in doubles. */
export function channelMoments({ shape, data }: F64): { mean: number[]; variance: number[] } {
  const channels = shape[1]!;
  const plane = shape.slice(2).reduce((a, b) => a * b, 1);
  const count = data.length / channels;
  const over = (term: (value: number, channel: number) => number) => {
    const sums = new Array<number>(channels).fill(0);
    data.forEach((value, i) => {
      const channel = Math.floor(i / plane) % channels;
      sums[channel]! += term(value, channel) / count;
    });
    return sums;
  };
  const mean = over((value) => value);
  return { mean, variance: over((value, channel) => (value - mean[channel]!) ** 2) };
}

/** Batch norm by given statistics, or by those of x itself. */
export function batchNorm2d(
  x: F64,
  weight: F64,
  bias: F64,
  options: {
    statistics?: { mean: ArrayLike<number>; variance: ArrayLike<number> };
    eps?: number;
    activation?: Finish;
  } = {},
): F64 {
  const { statistics = channelMoments(x), eps = 1e-5, activation = "none" } = options;
  const channels = x.shape[1]!;
  const plane = x.shape.slice(2).reduce((a, b) => a * b, 1);
  const data = x.data.map((value, i) => {
    const c = Math.floor(i / plane) % channels;
    const deviation = Math.sqrt(statistics.variance[c]! + eps);
    const normalised = (value - statistics.mean[c]!) / deviation;
    return finish(activation, normalised * weight.data[c]! + bias.data[c]!);
  });
  return { shape: x.shape, data };
}
