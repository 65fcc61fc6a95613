import type { Tensor } from "../../../tensor.ts";
import type { Activation } from "../activation.ts";
import type { Tiling } from "./gemm_plan.ts";

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
}

/** Where C goes; one of `row` and `col` is 1. */
export interface GemmResult {
  readonly tensor: Tensor;
  readonly start?: number;
  readonly row: number;
  readonly col: number;
  readonly batch: number;
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
  const { alongDepth, stride, batch } = job[which];
  if (depth === 0) return 0;
  const side = which === "a" ? job.rows : job.cols;
  const matrix = alongDepth ? (side - 1) * stride + depth : (depth - 1) * stride + side;
  return (batches - 1) * batch + matrix;
}

/** Elements from the first to the last of C, each batch stored `slabs` times. */
export function resultExtent(
  job: Pick<Gemm, "rows" | "cols" | "batches" | "c">,
  slabs = 1,
): number {
  const { rows, cols, batches, c } = job;
  return (batches * slabs - 1) * c.batch + (rows - 1) * c.row + (cols - 1) * c.col + 1;
}
