import { Kernel } from "../../../kernel.ts";
import { radixSort } from "../../../parallel/radix_sort.ts";
import { segmentOffsets, segmentSum } from "../../../parallel/segments.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { takeRows } from "./gather_rows.ts";
import source from "./row_keys.wgsl" with { type: "text" };

const rowKeys = new Kernel("gpu/ops/array/rows/row_keys.wgsl", source);

/**
 * Adds rows of values [n, ...] up at index u32 [n] into [rows, ...]; an index past the rows is left
 * out. Rows are sorted by target and added in their order, so the bits do not vary.
 */
export function scatterAddRows(values: Tensor, index: Tensor, rows: number): Tensor {
  return record(
    "scatterAddRows",
    [values],
    addRows(values, index, rows),
    (dy) => [takeRows(dy, index)],
  );
}

/** The same without a place on the tape. */
export function addRows(values: Tensor, index: Tensor, rows: number): Tensor {
  const { gpu } = values;
  const count = index.size;
  if (index.dtype !== "u32" || index.shape.length !== 1 || values.shape[0] !== count) {
    throw new TypeError(
      `Cannot run scatterAddRows: "index" must be u32 [${values.rows}], got ${index.dtype} [${index.shape}]`,
    );
  }
  const shape = [rows, ...values.shape.slice(1)];
  if (!values.size || !rows) return Tensor.zeros(gpu, shape);
  using scope = gpu.scope();
  const keys = Tensor.empty(gpu, [count], "u32");
  rowKeys.dispatch(gpu, { index, keys }, { count, rows }, { threads: count });
  const sorted = radixSort(keys, null, { bits: Math.ceil(Math.log2(rows + 1)) });
  const offsets = segmentOffsets(sorted.keys, rows);
  const flat = values.alias([count, values.size / count]);
  const sums = segmentSum(flat, offsets, { order: sorted.values });
  return scope.keep(sums.alias(shape));
}
