import { Kernel } from "../../kernel.ts";
import { record } from "../../tape.ts";
import { sizeOf, Tensor } from "../../tensor.ts";
import { lanesFor, rowReduceSnippet } from "../../wgsl/row_reduce.ts";
import { normalizeAxes } from "../array/reduce/reduce.ts";
import { inRows } from "../../binding/rows.ts";
import { asWords } from "../array/words.ts";
import rowsSource from "./softmax_rows.wgsl" with { type: "text" };
import linesSource from "./softmax_lines.wgsl" with { type: "text" };
import rowsBackwardSource from "./softmax_rows_backward.wgsl" with { type: "text" };
import linesBackwardSource from "./softmax_lines_backward.wgsl" with { type: "text" };

const include = [rowReduceSnippet];
const rowsKernel = new Kernel("gpu/ops/nn/softmax_rows.wgsl", rowsSource, {
  include,
  padded: true,
});
const linesKernel = new Kernel("gpu/ops/nn/softmax_lines.wgsl", linesSource);
const rowsBackward = new Kernel("gpu/ops/nn/softmax_rows_backward.wgsl", rowsBackwardSource, {
  include,
  padded: true,
});
const linesBackward = new Kernel("gpu/ops/nn/softmax_lines_backward.wgsl", linesBackwardSource);

// Below this a workgroup's threads would mostly have nothing to do.
const ROW_LENGTH = 32;

/** Exponentials along an axis, divided by their sum. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return run("softmax", x, axis);
}

/** Logarithm of the softmax along an axis. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return run("logSoftmax", x, axis);
}

/**
 * Softmax along an axis over the values where the mask, of the same shape and any 4-byte type, is
 * not 0; the others become 0, and so does all where nothing is kept.
 */
export function maskedSoftmax(x: Tensor, mask: Tensor, axis = -1): Tensor {
  if (mask.shape.join() !== x.shape.join()) {
    throw new RangeError(
      `Cannot run maskedSoftmax: "mask" must be [${x.shape.join(", ")}], got [${
        mask.shape.join(", ")
      }]`,
    );
  }
  return run("maskedSoftmax", x, axis, mask);
}

function run(
  name: "softmax" | "logSoftmax" | "maskedSoftmax",
  x: Tensor,
  axis: number,
  given: Tensor | null = null,
): Tensor {
  const { gpu, shape } = x;
  const at = normalizeAxes(name, shape.length, axis)[0]!;
  const length = shape[at]!;
  const [outer, inner] = [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at + 1))];
  const byRow = inner === 1 && length >= ROW_LENGTH;
  const LANES = lanesFor(gpu, length);
  const uniformsOf = (outer: number) => byRow ? { rows: outer, length } : { outer, length, inner };
  const workOf = (outer: number) => ({ threads: outer * (byRow ? LANES : inner) });
  const constants = {
    logarithmic: Number(name === "logSoftmax"),
    ...byRow && { LANES, vectors: Number(length % 4 === 0) },
  };
  const y = Tensor.empty(gpu, shape);
  const mask = asWords(name, given ?? x);
  const forward = byRow ? rowsKernel : linesKernel;
  inRows(outer, { x, mask, y }, (pieces, rows) => {
    forward.dispatch(gpu, pieces, uniformsOf(rows), workOf(rows), {
      masked: Number(given !== null),
      ...constants,
    });
  });
  mask.release();
  return record(name, [x], y, (dy) => {
    const dx = Tensor.empty(gpu, shape);
    const backward = byRow ? rowsBackward : linesBackward;
    inRows(outer, { y, dy, dx }, (pieces, rows) => {
      backward.dispatch(gpu, pieces, uniformsOf(rows), workOf(rows), constants);
    });
    return [dx];
  });
}
