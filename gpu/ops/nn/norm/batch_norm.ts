import { bindable } from "../../../binding/limit.ts";
import { Kernel, type Snippet } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { ACTIVATED, byWidth, VALUES, widthOf } from "../../../wgsl/elements/elements.ts";
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
import momentsSource from "./batch_norm_moments.wgsl" with { type: "text" };
import statisticsSource from "./batch_norm_statistics.wgsl" with { type: "text" };
import sumsSource from "./batch_norm_sums.wgsl" with { type: "text" };
import { sumChannels } from "./channel_sum.ts";
import { inPlanes } from "../../../binding/planes.ts";

const statisticsKernel = new Kernel("gpu/ops/nn/norm/batch_norm_statistics.wgsl", statisticsSource);
const momentsKernel = new Kernel("gpu/ops/nn/norm/batch_norm_moments.wgsl", momentsSource);
const foldKernel = new Kernel("gpu/ops/nn/norm/batch_norm_fold.wgsl", foldSource);
const activated = (element: Snippet, wide: 1 | 4) => ({
  include: [element, ACTIVATED[wide], ...activationSnippets],
});
const sumsKernel = new Kernel(
  "gpu/ops/nn/norm/batch_norm_sums.wgsl",
  sumsSource,
  activated(VALUES[4], 4),
);
const forward = byWidth(
  VALUES,
  (...element) =>
    new Kernel("gpu/ops/nn/norm/batch_norm.wgsl", forwardSource, activated(...element)),
);
const backward = byWidth(
  VALUES,
  (...element) =>
    new Kernel("gpu/ops/nn/norm/batch_norm_backward.wgsl", backwardSource, activated(...element)),
);

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
    const wide = widthOf(plane, ...starts);
    const count = some * plane / wide;
    const [start_x, start_y] = starts.map((start) => start / wide) as [number, number];
    forward[wide].dispatch(
      gpu,
      { x: views[0]!, y: views[1]!, moments, weight, bias },
      { count, plane: plane / wide, channels, first, start_x, start_y },
      { threads: count },
      { ACTIVATION: ACTIVATION_CODE[activation] },
    );
  });
  return record("batchNorm2d", inputs, y, (dy, needs) => {
    const sums = training || needs[1] || needs[2]
      ? channelGradients({ x, y, dy, moments }, activation)
      : null;
    const [dweight, dbias] = sums ?? [null, null];
    const dx = needs[0] ? Tensor.empty(gpu, shape) : null;
    if (dx) {
      inPlanes([x, y, dy, dx], planes, ({ planes: some, first, views, starts }) => {
        const wide = widthOf(plane, ...starts);
        const elements = some * plane / wide;
        const [start_x, start_y, start_dy, start_dx] = starts.map((start) => start / wide) as [
          number,
          number,
          number,
          number,
        ];
        backward[wide].dispatch(
          gpu,
          {
            x: views[0]!,
            y: views[1]!,
            dy: views[2]!,
            dx: views[3]!,
            moments,
            weight,
            dweight: dweight ?? weight,
            dbias: dbias ?? weight,
          },
          {
            count: elements,
            plane: plane / wide,
            channels,
            first,
            start_x,
            start_y,
            start_dy,
            start_dx,
            inverse_count: 1 / count,
          },
          { threads: elements },
          { TRAINING: training ? 1 : 0, ACTIVATION: ACTIVATION_CODE[activation] },
        );
      });
    }
    return [dx, dweight, dbias];
  });
}

/** Whether one thread sums a channel: a processor's way, where everything fits a binding. */
function byChannel(x: Tensor): boolean {
  const { gpu, shape, size } = x;
  const [images = 0, channels = 0] = shape;
  return gpu.tuning.channelSums === "serial" && size > 0 && size <= bindable(gpu) &&
    size / images / channels % 4 === 0;
}

function extentsOf({ shape, size }: Tensor) {
  const [images = 0, channels = 0] = shape;
  return { images, channels, plane: size / images / channels };
}

/** Gradients of weight and bias, sums of dz n and of dz. */
function channelGradients(
  { x, y, dy, moments }: Readonly<Record<"x" | "y" | "dy" | "moments", Tensor>>,
  activation: Exclude<Activation, "gelu">,
): [dweight: Tensor, dbias: Tensor] {
  const { gpu } = x;
  const channels = moments.size / 2;
  if (!byChannel(x)) {
    const dz = activationGradient(dy, y, activation);
    const dbias = sumChannels(dz);
    const scale = { scale: moments, scaleStart: channels };
    return [sumChannels(x, { mean: moments, factor: dz, ...scale }), dbias];
  }
  const dweight = Tensor.empty(gpu, [channels]);
  const dbias = Tensor.empty(gpu, [channels]);
  sumsKernel.dispatch(
    gpu,
    { x, y, dy, moments, dweight, dbias },
    extentsOf(x),
    { threads: channels },
    { ACTIVATION: ACTIVATION_CODE[activation] },
  );
  return [dweight, dbias];
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
  if (batch && byChannel(batch.x)) {
    const { x, count, momentum } = batch;
    momentsKernel.dispatch(
      gpu,
      { x, running_mean: runningMean, running_variance: runningVariance, moments },
      { ...extentsOf(x), count, momentum, eps },
      { threads: channels },
    );
    return moments;
  }
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
