import { Kernel } from "../../../kernel.ts";
import { runsOf } from "../../../binding/limit.ts";
import { type Slice, slice, sliceable } from "../../../binding/slice.ts";
import type { Tensor } from "../../../tensor.ts";
import { byWidth, widthOf, WORDS } from "../../../wgsl/elements/elements.ts";
import { asWords } from "../words.ts";
import copySource from "./copy_block.wgsl" with { type: "text" };

const kernel = byWidth(
  WORDS,
  (element) => new Kernel("gpu/ops/array/move/copy_block.wgsl", copySource, { include: [element] }),
);

/** A block of columns: where it starts in rows of `row` values. */
export interface Block {
  readonly row: number;
  readonly from: number;
}

/** Copies `rows` times `width` values from a block of `x` to a block of `y`. */
export function copyBlock(
  [x, source]: readonly [Tensor, Block],
  [y, target]: readonly [Tensor, Block],
  rows: number,
  width: number,
): void {
  if (rows * width === 0) return;
  const { gpu } = x;
  if (rows === 1 || (source.row === width && target.row === width)) {
    gpu.commands.copyBuffer(
      x.buffer,
      x.byteOffset + 4 * source.from,
      y.buffer,
      y.byteOffset + 4 * target.from,
      4 * rows * width,
    );
    return;
  }
  const limit = sliceable(gpu);
  const longest = Math.max(source.row, target.row);
  // Few long rows are copies of memory, which may also be larger than a binding.
  if ((rows <= 16 && width >= 4096) || longest > limit) {
    for (let row = 0; row < rows; row++) {
      gpu.commands.copyBuffer(
        x.buffer,
        x.byteOffset + 4 * (row * source.row + source.from),
        y.buffer,
        y.byteOffset + 4 * (row * target.row + target.from),
        4 * width,
      );
    }
    return;
  }
  const sizes = [width, source.row, source.from, target.row, target.from];
  const wide = widthOf(...sizes);
  const [w, x_row, x_from, y_row, y_from] = sizes.map((size) => size / wide) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const from = asWords("copyBlock", x);
  const to = asWords("copyBlock", y);
  const run = (x: Tensor, y: Tensor, rows: number, start: readonly [number, number]) => {
    const count = rows * w;
    kernel[wide].dispatch(gpu, { x, y }, {
      count,
      width: w,
      x_row,
      x_from: x_from + start[0] / wide,
      y_row,
      y_from: y_from + start[1] / wide,
    }, { threads: count });
  };
  if (rows * longest <= limit) run(from, to, rows, [0, 0]);
  else {
    const most = Math.floor(limit / longest);
    for (const { first, count } of runsOf(rows, most)) {
      const [a, b] = [[from, source.row] as const, [to, target.row] as const]
        .map(([tensor, row]) => slice(tensor, first * row, count * row)) as [Slice, Slice];
      run(a.view, b.view, count, [a.start, b.start]);
      for (const { view } of [a, b]) view.release();
    }
  }
  from.release();
  to.release();
}
