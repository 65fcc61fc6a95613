import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { gemm } from "./gemm.ts";
import type { GemmOperand } from "./gemm_types.ts";

/** Which part of a row is the matrix, and where it stands in the product. */
export interface PackedMatrix {
  /** "right": x M with M [columns, size]; "left": M x with M [size, rows]. */
  readonly side: "left" | "right";
  /** Columns of M on the right, rows of M on the left. */
  readonly size: number;
  /** First number of M in a row, row after row of M from there on. */
  readonly start: number;
}

/**
 * Multiplies each small matrix of x [batches, rows, columns] with one of its own that lies among the
 * numbers of a row of `packed` [batches, width], as a linear layer made them for it: [batches, rows,
 * size] or [batches, size, columns].
 */
export function packedMatmul(
  x: Tensor,
  packed: Tensor,
  { side, size, start }: PackedMatrix,
): Tensor {
  const { batches, rows, columns, width } = checkShapes("packedMatmul", {
    x: [x, "batches", "rows", "columns"],
    packed: [packed, "batches", "width"],
  });
  const right = side === "right";
  const depth = right ? columns : rows;
  if (!(start >= 0 && start + size * depth <= width)) {
    throw new RangeError(
      `Cannot run packedMatmul: ${size} x ${depth} numbers from ${start} on, a row has ${width}`,
    );
  }
  const { gpu } = x;
  const shape = right ? [rows, size] : [size, columns];
  const y = Tensor.empty(gpu, [batches, ...shape]);
  const own = (tensor: Tensor, [rows, columns]: readonly number[], alongDepth: boolean) => ({
    tensor,
    alongDepth,
    stride: columns!,
    batch: rows! * columns!,
  });
  const matrix = (alongDepth: boolean): GemmOperand => ({
    tensor: packed,
    start,
    alongDepth,
    stride: right ? size : rows,
    batch: width,
  });
  const into = (tensor: Tensor, rows: number, columns: number) => ({
    tensor,
    row: columns,
    col: 1,
    batch: rows * columns,
  });
  const inner = [rows, columns];
  gemm({
    rows: shape[0]!,
    cols: shape[1]!,
    depth,
    batches,
    a: right ? own(x, inner, true) : matrix(true),
    b: right ? matrix(false) : own(x, inner, false),
    c: into(y, shape[0]!, shape[1]!),
  });
  return record("packedMatmul", [x, packed], y, (dy, needs) => {
    const dx = needs[0] ? Tensor.empty(gpu, x.shape) : null;
    if (dx) {
      // dy M^T, or M^T dy.
      gemm({
        rows,
        cols: columns,
        depth: size,
        batches,
        a: right ? own(dy, shape, true) : matrix(false),
        b: right ? matrix(true) : own(dy, shape, false),
        c: into(dx, rows, columns),
      });
    }
    // The numbers of a row that are not this matrix have no part in the result.
    const dpacked = needs[1] ? Tensor.zeros(gpu, packed.shape) : null;
    if (dpacked) {
      // x^T dy, or dy x^T.
      gemm({
        rows: right ? columns : size,
        cols: right ? size : rows,
        depth: right ? rows : columns,
        batches,
        a: right ? own(x, inner, false) : own(dy, shape, true),
        b: right ? own(dy, shape, false) : own(x, inner, true),
        c: { tensor: dpacked, start, row: right ? size : rows, col: 1, batch: width },
      });
    }
    return [dx, dpacked];
  });
}
