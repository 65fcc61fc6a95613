import { runsOf } from "../../../binding/limit.ts";
import { slice, sliceable } from "../../../binding/slice.ts";
import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import { reduceGemm } from "../gemm/gemm.ts";
import source from "./column_sum.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/nn/norm/column_sum.wgsl", source);

// Rows that one thread adds up: enough parts for a large GPU, few enough for the second pass.
const PART = 256;

/** Sums x [rows, cols] over its rows, in parts that are then added in order: [cols]. */
export function sumRows(x: Tensor): Tensor {
  const { gpu } = x;
  const [rows, cols] = x.shape as [number, number];
  const sum = Tensor.empty(gpu, [cols]);
  const bindable = Math.max(1, Math.floor(sliceable(gpu) / Math.max(1, cols)));
  const perPart = Math.min(PART, bindable);
  const most = Math.floor(bindable / perPart) * perPart;
  const parts = Math.ceil(rows / perPart);
  const partial = Tensor.empty(gpu, [Math.max(1, parts), cols]);
  for (const { first, count } of runsOf(rows, most)) {
    const { view, start } = slice(x, first * cols, count * cols);
    kernel.dispatch(
      gpu,
      { x: view, partial },
      {
        rows: count,
        cols,
        start,
        per_part: perPart,
        first_part: first / perPart,
      },
      { threads: Math.ceil(count / perPart) * cols },
    );
    view.release();
  }
  const c = { tensor: sum, row: cols, col: 1, batch: 0 };
  if (cols > 0) reduceGemm({ rows: 1, cols, batches: 1, c }, partial, parts);
  partial.release();
  return sum;
}
