import { runsOf } from "../../../binding/limit.ts";
import { slice, sliceable } from "../../../binding/slice.ts";
import type { Gpu } from "../../../device.ts";
import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import type { GemmOperand, Taps } from "../gemm/gemm_types.ts";
import type { TapAxis } from "./conv_geometry.ts";
import source from "./shifted_copies.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/nn/conv/shifted_copies.wgsl", source);

/** What of a tensor of pictures is to be copied: elements, those between batches among them. */
export interface Pictures {
  readonly tensor: Tensor;
  readonly start: number;
  readonly count: number;
  readonly batch: number;
  readonly channels: number;
  /** Height and width. */
  readonly extent: readonly [number, number];
}

/** How the copies of pictures lie, and what they take. */
export interface CopyLayout {
  /** Columns of a line: the grid's pixels and zeros up to whole vec4s. */
  readonly pitch: number;
  readonly channels: number;
  /** Elements of a channel: phases of lines. */
  readonly plane: number;
  readonly phases: number;
  readonly lines: number;
  readonly taps: Taps;
}

/**
 * Layout of an image's copies for `rows` lines of the grid: one for each column of taps, shifted by
 * it, so that any tap's values for neighbours among the grid's pixels are neighbours.
 */
export function copyLayout(
  [down, across]: readonly [TapAxis, TapAxis],
  { channels, rows }: { channels: number; rows: number },
): CopyLayout {
  const pitch = Math.ceil(across.pixels / 4) * 4;
  const reach = Math.abs(down.tapStep);
  // Rows of taps see the image's lines by their remainder: `phases` sets of them, each evenly spaced.
  const phases = Math.max(
    1,
    Math.min(down.taps, down.step / greatestCommonDivisor(down.step, reach)),
  );
  const lines = rows + Math.floor(reach * Math.max(0, down.taps - 1) / down.step);
  const plane = phases * lines * pitch;
  const padded = Math.ceil(channels / 4) * 4;
  const shift = padded * plane;
  return {
    pitch,
    channels: padded,
    plane,
    phases,
    lines,
    taps: {
      taps: [down.taps, across.taps],
      phases,
      phase: lines * pitch,
      reach: [reach, down.step],
      line: pitch,
      shift,
      extent: across.taps * shift,
    },
  };
}

// Values of copies at a time (64 MiB): enough for a product to be worth its dispatches.
const MOST_COPIED = 1 << 24;

/** A few whole pictures, or lines `row` to `row + rows` of one. */
export interface Band {
  readonly first: number;
  readonly count: number;
  readonly row: number;
  readonly rows: number;
  readonly layout: CopyLayout;
}

/** Cuts pictures, at most `most` at a time, so that the copies of a part fit a binding. */
export function bandsOf(
  gpu: Gpu,
  axes: readonly [TapAxis, TapAxis],
  { images, channels, most }: { images: number; channels: number; most: number },
): Band[] {
  const limit = Math.min(MOST_COPIED, sliceable(gpu));
  const height = axes[0].pixels;
  const layout = copyLayout(axes, { channels, rows: height });
  const whole = Math.max(1, layout.taps.extent);
  if (whole <= limit) {
    const together = Math.max(1, Math.min(most, Math.floor(limit / whole)));
    return [...runsOf(images, together)].map((run) => ({ ...run, row: 0, rows: height, layout }));
  }
  const line = whole / layout.lines;
  const rows = Math.max(1, Math.floor(limit / line) - (layout.lines - height));
  const bands = [...runsOf(height, rows)].map(({ first, count }) => ({
    row: first,
    rows: count,
    layout: copyLayout(axes, { channels, rows: count }),
  }));
  return Array.from(
    { length: images },
    (_, first) => bands.map((band) => ({ first, count: 1, ...band })),
  )
    .flat();
}

/** The copies for the grid's lines from `row` on; taps are in the order of the image's lines. */
export function shiftedCopies(
  pictures: Pictures,
  [down, across]: readonly [TapAxis, TapAxis],
  row: number,
  layout: CopyLayout,
): GemmOperand {
  const { tensor, start, count, batch, channels, extent } = pictures;
  const { gpu } = tensor;
  const copies = Tensor.empty(gpu, [count, layout.taps.extent]);
  const plane = extent[0] * extent[1];
  const from = slice(tensor, start, (count - 1) * batch + channels * plane);
  const lowest = down.start + Math.min(0, down.tapStep * (down.taps - 1));
  kernel.dispatch(
    gpu,
    { image: from.view, copies },
    {
      images: count,
      channels,
      padded_channels: layout.channels,
      phases: layout.phases,
      lines: layout.lines,
      tap_cols: across.taps,
      width: across.pixels,
      vectors: layout.pitch / 4,
      start: from.start,
      batch,
      plane,
      image: extent,
      first: [lowest + down.step * row, across.start],
      step: [down.step, across.step],
      phase_step: Math.abs(down.tapStep),
      tap_step: across.tapStep,
    },
    { groups: count * layout.channels * layout.phases * layout.lines },
  );
  from.view.release();
  return {
    tensor: copies,
    alongDepth: false,
    stride: layout.plane,
    batch: layout.taps.extent,
    taps: layout.taps,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
