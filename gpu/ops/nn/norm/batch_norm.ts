import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { gelu } from "../../array/elementwise/unary.ts";
import {
  type Activation,
  ACTIVATION_CODE,
  activationGradient,
  activationSnippets,
  runsApart,
} from "../activation.ts";
import forwardSource from "./batch_norm.wgsl" with { type: "text" };
import backwardSource from "./batch_norm_backward.wgsl" with { type: "text" };
import foldSource from "./batch_norm_fold.wgsl" with { type: "text" };
import statisticsSource from "./batch_norm_statistics.wgsl" with { type: "text" };
import { sumChannels } from "./channel_sum.ts";
import { inPlanes } from "../../../binding/planes.ts";

const statisticsKernel = new Kernel("gpu/ops/nn/norm/batch_norm_statistics.wgsl", statisticsSource);
const foldKernel = new Kernel("gpu/ops/nn/norm/batch_norm_fold.wgsl", foldSource);
const forward = new Kernel("gpu/ops/nn/norm/batch_norm.wgsl", forwardSource, {
  include: activationSnippets,
});
const backward = new Kernel("gpu/ops/nn/norm/batch_norm_backward.wgsl", backwardSource);

/** What a batch norm holds, all [channels]. */
export interface BatchNormValues {
  /** Scale of each channel. */
  readonly weight: Tensor;
  /** Shift of each channel. */
  readonly bias: Tensor;
  /** Overwritten in training. */
  readonly runningMean: Tensor;
  /** Variance of each channel so far. */
  readonly runningVariance: Tensor;
}

/** Variants of a batch norm. */
export interface BatchNormOptions {
  /** Normalise by the batch's own statistics, and move the running ones by `momentum`. */
  readonly training?: boolean;
  /** Share of a batch in the running values. */
  readonly momentum?: number;
  /** Added to the variance. */
  readonly eps?: number;
  /** What follows at once. */
  readonly activation?: Activation;
}

/**
 * Normalises each channel of x [images, channels, ...pixels] to mean 0 and variance 1 of the batch
 * (training) or of the running statistics, then scales and shifts it (Ioffe and Szegedy 2015).
 */
export function batchNorm2d(
  x: Tensor,
  values: BatchNormValues,
  options: BatchNormOptions = {},
): Tensor {
  const { training = false, momentum = 0.1, eps = 1e-5, activation = "none" } = options;
  const { weight, bias } = values;
  const { gpu, shape } = x;
  const [images = 0, channels = 0] = shape;
  checkValues("batchNorm2d", values, channels);
  const planes = images * channels;
  const count = channels ? x.size / channels : 0;
  if (training && count === 0) {
    throw new RangeError(
      `Cannot run batchNorm2d in training: "x" is [${shape.join(", ")}], it must hold values`,
    );
  }
  const inputs = [x, weight, bias];
  if (runsApart(activation, inputs)) {
    return gelu(batchNorm2d(x, values, { ...options, activation: "none" }));
  }
  const moments = statistics(values, eps, training ? { x, count, momentum } : null);
  const y = Tensor.empty(gpu, shape);
  const plane = planes ? x.size / planes : 0;
  inPlanes([x, y], planes, ({ planes: some, first, views, starts }) => {
    forward.dispatch(
      gpu,
      { x: views[0]!, y: views[1]!, moments, weight, bias },
      { count: some * plane, plane, channels, first, start_x: starts[0]!, start_y: starts[1]! },
      { threads: some * plane },
      { ACTIVATION: ACTIVATION_CODE[activation] },
    );
  });
  return record("batchNorm2d", inputs, y, (dy, needs) => {
    const dz = activationGradient(dy, y, activation);
    const sums = training || needs[1] || needs[2];
    const dbias = sums ? sumChannels(dz) : null;
    const dweight = sums
      ? sumChannels(x, { mean: moments, factor: dz, scale: moments, scaleStart: channels })
      : null;
    const dx = needs[0] ? Tensor.empty(gpu, shape) : null;
    if (dx) {
      inPlanes([x, dz, dx], planes, ({ planes: some, first, views, starts }) => {
        backward.dispatch(
          gpu,
          {
            x: views[0]!,
            dz: views[1]!,
            dx: views[2]!,
            moments,
            weight,
            dweight: dweight ?? weight,
            dbias: dbias ?? weight,
          },
          {
            count: some * plane,
            plane,
            channels,
            first,
            start_x: starts[0]!,
            start_dz: starts[1]!,
            start_dx: starts[2]!,
            inverse_count: 1 / count,
          },
          { threads: some * plane },
          { TRAINING: training ? 1 : 0 },
        );
      });
    }
    return [dx, dweight, dbias];
  });
}

/** The scale and shift that a batch norm amounts to once frozen: `affine` of a convolution. */
export function foldBatchNorm(
  values: BatchNormValues,
  { eps = 1e-5 }: { eps?: number } = {},
): { scale: Tensor; shift: Tensor } {
  const { weight, bias } = values;
  const { gpu, size: channels } = weight;
  checkValues("foldBatchNorm", values, channels);
  const moments = statistics(values, eps, null);
  const scale = Tensor.empty(gpu, [channels]);
  const shift = Tensor.empty(gpu, [channels]);
  foldKernel.dispatch(gpu, { moments, weight, bias, scale, shift }, { channels }, {
    threads: channels,
  });
  moments.release();
  return { scale, shift };
}

/** Means, then 1 / deviations: [2, channels]. */
function statistics(
  { runningMean, runningVariance }: BatchNormValues,
  eps: number,
  batch: { x: Tensor; count: number; momentum: number } | null,
): Tensor {
  const { gpu, size: channels } = runningMean;
  const moments = Tensor.empty(gpu, [2, channels]);
  const count = batch?.count ?? 1;
  const sums = batch ? sumChannels(batch.x) : Tensor.empty(gpu, [channels]);
  const squares = batch ? sumChannels(batch.x, { mean: sums, count }) : sums.alias();
  statisticsKernel.dispatch(
    gpu,
    {
      sums,
      squares,
      running_mean: runningMean,
      running_variance: runningVariance,
      moments,
    },
    { channels, count, momentum: batch?.momentum ?? 0, eps },
    { threads: channels },
    { TRAINING: batch ? 1 : 0 },
  );
  sums.release();
  squares.release();
  return moments;
}

function checkValues(op: string, values: BatchNormValues, channels: number): void {
  checkShapes(op, {
    weight: [values.weight, channels],
    bias: [values.bias, channels],
    runningMean: [values.runningMean, channels],
    runningVariance: [values.runningVariance, channels],
  });
}
