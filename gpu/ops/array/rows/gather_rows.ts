import { inRows } from "../../../binding/rows.ts";
import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { byWidth, widthOf, WORDS } from "../../../wgsl/elements/elements.ts";
import { addRows } from "./scatter_add_rows.ts";
import { asWords } from "../words.ts";
import kernelSource from "./gather_rows.wgsl" with { type: "text" };

const kernel = byWidth(
  WORDS,
  (element) =>
    new Kernel("gpu/ops/array/rows/gather_rows.wgsl", kernelSource, { include: [element] }),
);

/** Rows of x [rows, ...] by index u32 [n]: [n, ...]; an index past the rows gives zeros. */
export function gatherRows(x: Tensor, index: Tensor): Tensor {
  return record(
    "gatherRows",
    [x],
    takeRows(x, index),
    (dy) => [addRows(dy, index, x.rows)],
  );
}

/** The same without a place on the tape. */
export function takeRows(x: Tensor, index: Tensor): Tensor {
  if (index.dtype !== "u32" || index.shape.length !== 1) {
    throw new TypeError(
      `Cannot run gatherRows: "index" must be u32 [n], got ${index.dtype} [${index.shape}]`,
    );
  }
  if (!x.shape.length) throw new RangeError('Cannot run gatherRows: "x" is a scalar without rows');
  const { gpu, rows } = x;
  const y = Tensor.empty(gpu, [index.size, ...x.shape.slice(1)], x.dtype);
  const row = y.size / Math.max(1, index.size);
  if (!y.size) return y;
  const wide = widthOf(row);
  const from = asWords("gatherRows", x);
  const to = asWords("gatherRows", y);
  const width = row / wide;
  inRows(
    index.size,
    { index, y: to },
    (targets, wanted) =>
      inRows(rows, { x: from }, (source, known, first) => {
        kernel[wide].dispatch(
          gpu,
          { ...source, ...targets },
          { count: wanted * width, width, rows: known, first, all: rows },
          { threads: wanted * width },
        );
      }),
  );
  from.release();
  to.release();
  return y;
}
