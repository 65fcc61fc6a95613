import type { Tensor } from "../../../tensor.ts";
import type { Activation } from "../activation.ts";
import type { Tiling } from "./gemm_plan.ts";

/**
 * Windows of a convolution over shifted copies of an image (`shifted_copies.ts`). Tap (i, j) reads from
 * (i % phases) * phase + floor(i * reach[0] / reach[1]) * line + j * shift on, in elements.
 */
export interface Taps {
  /** Rows and columns of taps. */
  readonly taps: readonly [number, number];
  readonly phases: number;
  readonly phase: number;
  readonly reach: readonly [number, number];
  readonly line: number;
  readonly shift: number;
  /** Elements of one batch. */
  readonly extent: number;
}

/** Columns of C that are the pixels of a picture, line after line. */
export interface PixelGrid {
  /** Columns of a line, and how many of them, from the first on, are stored. */
  readonly pitch: number;
  readonly width: number;
  /** Elements from one line to the next and from one pixel to the next. */
  readonly step: readonly [number, number];
}

/** A matrix of each batch inside a tensor; strides in elements. */
export interface GemmOperand {
  readonly tensor: Tensor;
  /** Element at which the first batch begins. */
  readonly start?: number;
  /** Whether neighbours along the depth are neighbours in memory; else neighbours along the side. */
  readonly alongDepth: boolean;
  /** Elements from one row (or one depth) to the next. */
  readonly stride: number;
  /** Elements from one batch to the next; 0 shares the matrix. */
  readonly batch: number;
  /**
   * B only, in the registers kernel: A's depth runs over all taps, B's over the channels of one; or,
   * along the depth, B's columns are the taps of each channel.
   */
  readonly taps?: Taps;
}

/** Where C goes; one of `row` and `col` is 1. */
export interface GemmResult {
  readonly tensor: Tensor;
  readonly start?: number;
  readonly row: number;
  readonly col: number;
  readonly batch: number;
  /** In the registers kernel: where columns go, in place of `col`. */
  readonly grid?: PixelGrid;
}

/** What happens to a sum before it is stored: activation(scale * sum + bias + residual). */
export interface GemmEpilogue {
  readonly bias?: { readonly values: Tensor; readonly axis: "row" | "col" } | undefined;
  /** One factor for each row. */
  readonly scale?: Tensor | undefined;
  /** Added to C, and laid out as C is. */
  readonly residual?: Tensor | undefined;
  readonly activation?: Activation | undefined;
  /** Where the rows and columns of this product begin in `bias` and `scale`. */
  readonly rowStart?: number;
  readonly colStart?: number;
}

/** A product C = A B for each batch. */
export interface Gemm {
  readonly rows: number;
  readonly cols: number;
  readonly depth: number;
  readonly batches: number;
  readonly a: GemmOperand;
  readonly b: GemmOperand;
  readonly c: GemmResult;
  readonly epilogue?: GemmEpilogue;
  /** C is one matrix, the sum over the batches. */
  readonly sumBatches?: boolean;
  readonly tiling?: Tiling | undefined;
}

/** Elements from the first to the last that a product touches of A or B. */
export function operandExtent(job: Gemm, which: "a" | "b"): number {
  const { depth, batches } = job;
  const { alongDepth, stride, batch, taps } = job[which];
  if (depth === 0) return 0;
  if (taps) return (batches - 1) * batch + taps.extent;
  const side = which === "a" ? job.rows : job.cols;
  if (which === "a" && job.b.taps && !job.b.alongDepth) {
    return (batches - 1) * batch + side * stride;
  }
  const matrix = alongDepth ? (side - 1) * stride + depth : (depth - 1) * stride + side;
  return (batches - 1) * batch + matrix;
}

/** Elements from the first to the last of C, each batch stored `slabs` times. */
export function resultExtent(
  job: Pick<Gemm, "rows" | "cols" | "batches" | "c">,
  slabs = 1,
): number {
  const { rows, cols, batches, c } = job;
  const { pitch, width, step } = c.grid ?? { pitch: cols, width: cols, step: [0, c.col] };
  const lastLine = Math.ceil(cols / pitch) - 1;
  return (batches * slabs - 1) * c.batch + (rows - 1) * c.row + lastLine * step[0] +
    (width - 1) * step[1] + 1;
}
