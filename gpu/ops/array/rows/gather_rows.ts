import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { addRows } from "./scatter_add_rows.ts";
import { asWords } from "../words.ts";
import wordsSource from "./gather_rows.wgsl" with { type: "text" };
import vectorsSource from "./gather_rows_vectors.wgsl" with { type: "text" };

const words = new Kernel("gpu/ops/array/rows/gather_rows.wgsl", wordsSource);
const vectors = new Kernel("gpu/ops/array/rows/gather_rows_vectors.wgsl", vectorsSource);

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
  const lanes = row % 4 === 0 ? 4 : 1;
  const from = asWords("gatherRows", x);
  const to = asWords("gatherRows", y);
  // Adapters bind far less than a buffer holds; 1024 rows keep every window's offset aligned.
  const most = Math.max(1, Math.floor(gpu.limits.maxStorageBufferBindingSize / (4096 * row))) *
    1024;
  for (let target = 0; target < index.size; target += most) {
    const end = Math.min(index.size, target + most);
    const [part, wanted] = [to.window(target, end), index.window(target, end)];
    const count = part.size / lanes;
    for (let first = 0; first < Math.max(1, rows); first += most) {
      const source = from.window(first, Math.min(rows, first + most));
      (lanes === 4 ? vectors : words).dispatch(
        gpu,
        { x: source, index: wanted, y: part },
        { count, width: row / lanes, rows: source.rows, first, all: rows },
        { threads: count },
      );
      source.release();
    }
    part.release();
    wanted.release();
  }
  from.release();
  to.release();
  return y;
}
