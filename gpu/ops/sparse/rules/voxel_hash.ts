import { Kernel, type Snippet } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import cellSource from "./voxel_hash_cell.wgsl" with { type: "text" };
import findSource from "./voxel_hash_find.wgsl" with { type: "text" };
import insertSource from "./voxel_hash_insert.wgsl" with { type: "text" };
import rowsSource from "./voxel_hash_rows.wgsl" with { type: "text" };

const cellSnippet: Snippet = {
  path: "gpu/ops/sparse/rules/voxel_hash_cell.wgsl",
  source: cellSource,
};
const findSnippet: Snippet = {
  path: "gpu/ops/sparse/rules/voxel_hash_find.wgsl",
  source: findSource,
};

/** `find_cell(cell)` for kernels that declare `cells`, `table`, `u.axes` and `u.mask`. */
export const voxelHashSnippets: readonly Snippet[] = [cellSnippet, findSnippet];

const insert = new Kernel("gpu/ops/sparse/rules/voxel_hash_insert.wgsl", insertSource, {
  include: [cellSnippet],
});
const rowsKernel = new Kernel("gpu/ops/sparse/rules/voxel_hash_rows.wgsl", rowsSource, {
  include: voxelHashSnippets,
});

/** A hash table from integer cells to the first row in each. */
export interface VoxelHash {
  /** i32 [rows, 3] (x, y, z) or [rows, 4] (batch, x, y, z), the very tensor that was hashed. */
  readonly cells: Tensor;
  /** u32 [capacity]: 1 + the smallest row of a cell, 0 where free; a power of two, at most half full. */
  readonly table: Tensor;
  /** u32 [rows]: the smallest row in the same cell. */
  readonly representative: Tensor;
}

/** Hashes cells, i32 [rows, 3] (x, y, z) or [rows, 4] (batch, x, y, z). */
export function voxelHash(cells: Tensor): VoxelHash {
  const [rows = 0, axes] = cells.shape;
  if (cells.shape.length !== 2 || (axes !== 3 && axes !== 4)) {
    throw new RangeError(
      `Cannot run voxelHash: "cells" must be [rows, 3] or [rows, 4], got [${
        cells.shape.join(", ")
      }]`,
    );
  }
  if (cells.dtype !== "i32") {
    throw new TypeError(`Cannot run voxelHash: "cells" must be i32, got ${cells.dtype}`);
  }
  const { gpu } = cells;
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * rows)));
  const table = Tensor.zeros(gpu, [capacity], "u32");
  const representative = Tensor.empty(gpu, [rows], "u32");
  const uniforms = { rows, axes, mask: capacity - 1 };
  insert.dispatch(gpu, { cells, table }, uniforms, { threads: rows });
  rowsKernel.dispatch(gpu, { cells, table, representative }, uniforms, { threads: rows });
  return { cells, table, representative };
}
