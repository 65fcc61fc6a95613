import { inRows } from "../../../binding/rows.ts";
import { Kernel } from "../../../kernel.ts";
import type { Tensor } from "../../../tensor.ts";
import { asWords } from "../words.ts";
import source from "./put_rows.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/array/rows/put_rows.wgsl", source);

/**
 * Overwrites rows of x [rows, ...] at index u32 [n] by values [n, ...], in place and without a place on
 * the tape; an index past the rows is left out. Of rows named twice the values must be equal.
 */
export function putRows(x: Tensor, index: Tensor, values: Tensor): void {
  const { gpu, rows } = x;
  const count = index.size;
  if (index.dtype !== "u32" || index.shape.length !== 1) {
    throw new TypeError(
      `Cannot run putRows: "index" must be u32 [n], got ${index.dtype} [${index.shape}]`,
    );
  }
  const wanted = [count, ...x.shape.slice(1)];
  if (values.dtype !== x.dtype || values.shape.join() !== wanted.join()) {
    throw new RangeError(
      `Cannot run putRows: "values" must be ${x.dtype} [${wanted}], got ${values.dtype} ` +
        `[${values.shape}]`,
    );
  }
  if (!values.size || !rows) return;
  const width = values.size / count;
  const from = asWords("putRows", values);
  const to = asWords("putRows", x);
  inRows(rows, { x: to }, (target, bound, first) => {
    inRows(count, { index, values: from }, (pieces, some) => {
      kernel.dispatch(
        gpu,
        { ...target, ...pieces },
        { count: some * width, width, rows: bound, first },
        { threads: some * width },
      );
    });
  });
  from.release();
  to.release();
}
