import { Kernel } from "../kernel.ts";
import { checkShapes } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import source from "./column_sums.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/parallel/column_sums.wgsl", source);

// Rows that one thread adds up; blocks of them run side by side and are summed in further passes.
const BLOCK = 64;

/** Sums over the rows of x [rows, columns] f32 in an order that depends on the sizes only: [columns]. */
export function columnSums(x: Tensor): Tensor {
  const { rows, columns } = checkShapes("columnSums", { x: [x, "rows", "columns"] }) as {
    rows: number;
    columns: number;
  };
  const { gpu } = x;
  if (rows === 0) return Tensor.zeros(gpu, [columns]);
  using scope = gpu.scope();
  let from = x;
  let left = rows;
  do {
    const blocks = Math.ceil(left / BLOCK);
    const sums = Tensor.empty(gpu, [blocks, columns]);
    const columnGroups = Math.ceil(columns / 64);
    const groups = blocks * columnGroups;
    kernel.dispatch(
      gpu,
      { x: from, sums },
      { rows: left, columns, block: BLOCK, column_groups: columnGroups, groups },
      { groups },
    );
    if (from !== x) from.release();
    from = sums;
    left = blocks;
  } while (left > 1);
  return scope.keep(from.alias([columns]));
}
