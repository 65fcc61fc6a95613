import { bindingLimit, slice } from "../../../binding/slice.ts";
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
  const bindable = Math.max(1, Math.floor(bindingLimit(gpu) / Math.max(1, cols)));
  const perPart = Math.min(PART, bindable);
  const most = Math.floor(bindable / perPart) * perPart;
  const parts = Math.ceil(rows / perPart);
  const partial = Tensor.empty(gpu, [Math.max(1, parts), cols]);
  for (let row = 0; row < rows; row += most) {
    const count = Math.min(most, rows - row);
    const { view, start } = slice(x, row * cols, count * cols);
    kernel.dispatch(
      gpu,
      { x: view, partial },
      {
        rows: count,
        cols,
        start,
        per_part: perPart,
        first_part: row / perPart,
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
