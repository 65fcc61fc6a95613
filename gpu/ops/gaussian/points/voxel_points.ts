import { Kernel } from "../../../kernel.ts";
import { radixSort } from "../../../parallel/radix_sort.ts";
import { segmentOffsets } from "../../../parallel/segments.ts";
import { Tensor } from "../../../tensor.ts";
import { type VoxelGrid, voxelsOf } from "../aggregate/voxel_grid.ts";
import keysSource from "./voxel_keys.wgsl" with { type: "text" };

const voxelKeys = new Kernel("gpu/ops/gaussian/points/voxel_keys.wgsl", keysSource);

/** Query points in the order of their voxels; several may share one, and some lie outside. */
export interface VoxelPoints {
  readonly positions: Tensor;
  /** u32 [N]: voxel numbers in ascending order; points outside come last, one past the voxels. */
  readonly voxels: Tensor;
  /** u32 [N]: the point at each place of that order. */
  readonly order: Tensor;
  /** u32 [voxels + 1]: the place where each voxel's points start. */
  readonly starts: Tensor;
}

/** Sorts points [N, 3] (m) by voxel, stably; `cells` i32 [N, 3] replaces the cells they lie in. */
export function voxelPoints(
  op: string,
  positions: Tensor,
  cells: Tensor | null,
  grid: VoxelGrid,
): VoxelPoints {
  const { gpu, rows: points } = positions;
  const count = voxelsOf(op, grid);
  using scope = gpu.scope();
  const keys = Tensor.empty(gpu, [points], "u32");
  voxelKeys.dispatch(
    gpu,
    { positions, cells: cells ?? Tensor.empty(gpu, [4], "i32"), keys },
    { ...grid, points },
    { threads: points },
    { CELLS: Number(cells !== null) },
  );
  const bits = Math.ceil(Math.log2(count + 1));
  const { keys: voxels, values: order } = radixSort(keys, null, { bits });
  const starts = segmentOffsets(voxels, count);
  scope.keep([voxels, order, starts]);
  return { positions, voxels, order, starts };
}
