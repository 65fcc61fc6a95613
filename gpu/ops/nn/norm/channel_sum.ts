import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import { reduceSnippet } from "../../../wgsl/reduce.ts";
import source from "./channel_sum.wgsl" with { type: "text" };
import linesSource from "./channel_sum_lines.wgsl" with { type: "text" };
import { reduceGemm } from "../gemm/gemm.ts";
import { inPlanes } from "../../../binding/planes.ts";

const kernel = new Kernel("gpu/ops/nn/norm/channel_sum.wgsl", source, { include: [reduceSnippet] });
const lines = new Kernel("gpu/ops/nn/norm/channel_sum_lines.wgsl", linesSource);

// Pixels that one workgroup adds up, 64 for each thread.
const PART = 4096;

/** What is summed instead of x itself, and what the sums are multiplied by. */
export interface ChannelTerm {
  /** Sum (x - mean)^2, or (x - mean) factor where a factor of x's shape is given: [channels]. */
  readonly mean?: Tensor;
  /** How many values `mean` is the sum of. */
  readonly count?: number;
  readonly factor?: Tensor;
  /** One for each channel, from element `scaleStart` on. */
  readonly scale?: Tensor;
  readonly scaleStart?: number;
}

/** Sums x [images, channels, ...pixels] over images and pixels, in a fixed order: [channels]. */
export function sumChannels(x: Tensor, term: ChannelTerm = {}): Tensor {
  const { mean, count: meanCount = 1, factor, scale, scaleStart = 0 } = term;
  const { gpu } = x;
  const [images, channels] = x.shape as [number, number];
  const sum = Tensor.empty(gpu, [channels]);
  if (channels === 0) return sum;
  const plane = images ? x.size / images / channels : 0;
  const parts = Math.max(1, Math.ceil(plane / PART));
  const partial = Tensor.empty(gpu, [Math.max(1, images * parts), channels]);
  const byLine = gpu.tuning.channelSums === "serial" && plane % 4 === 0;
  inPlanes(factor ? [x, factor] : [x], images, ({ planes: count, first, views, starts }) => {
    const whole = byLine && starts.every((start) => start % 4 === 0);
    (whole ? lines : kernel).dispatch(
      gpu,
      { x: views[0]!, factor: views[1] ?? views[0]!, mean: mean ?? views[0]!, partial },
      {
        images: count,
        channels,
        plane,
        parts,
        part_size: PART,
        start_x: starts[0]!,
        start_factor: starts[1] ?? 0,
        first_image: first,
        count: meanCount,
      },
      whole ? { threads: count * parts * channels } : { groups: count * parts * channels },
      { TERM: mean ? (factor ? 2 : 1) : 0 },
    );
  });
  const c = { tensor: sum, row: 1, col: channels, batch: 0 };
  reduceGemm(
    { rows: channels, cols: 1, batches: 1, c, epilogue: { scale, rowStart: scaleStart } },
    partial,
    images * parts,
  );
  partial.release();
  return sum;
}
