import { Kernel } from "../../../../gpu/kernel.ts";
import {
  mostTiles,
  rowsByCell,
  type SparseRules,
  TILE_PAIRS,
  tilePairs,
} from "../../../../gpu/ops/sparse/rules/sparse_rules.ts";
import { voxelHash, voxelHashSnippets } from "../../../../gpu/ops/sparse/rules/voxel_hash.ts";
import { radixSort } from "../../../../gpu/parallel/radix_sort.ts";
import { segmentOffsets } from "../../../../gpu/parallel/segments.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { type AnchorRanges, rangeUniforms } from "../../anchor/anchor.ts";
import { safeSigmoidSnippet } from "../../anchor/safe_sigmoid.ts";
import cellsSource from "./legacy_cells.wgsl" with { type: "text" };
import fillSource from "./legacy_rules_fill.wgsl" with { type: "text" };
import findSource from "./legacy_rules_find.wgsl" with { type: "text" };

const cellsKernel = new Kernel(
  "model/occupancy/gaussianformer/legacy_grid/legacy_cells.wgsl",
  cellsSource,
  {
    include: [safeSigmoidSnippet],
  },
);
const find = new Kernel(
  "model/occupancy/gaussianformer/legacy_grid/legacy_rules_find.wgsl",
  findSource,
  {
    include: voxelHashSnippets,
  },
);
const fill = new Kernel(
  "model/occupancy/gaussianformer/legacy_grid/legacy_rules_fill.wgsl",
  fillSource,
);

/** Cells as GaussianFormer had them before GaussianFormer-2. */
export interface LegacyCells {
  /** i32 [G, 3] (x, y, z), counted from the lowest mean of all. */
  readonly cells: Tensor;
  /** i32 [3]: the largest index along each axis, which it took for the size of the grid. */
  readonly largest: Tensor;
  /** i32 [G, 3]: a cell's number in a grid of that size, and two zeros. */
  readonly keys: Tensor;
}

/** Cells of the means of anchors [G, width], in cubes of `edge` metres from the lowest mean on. */
export function legacyCells(
  anchor: Tensor,
  { edge, ...ranges }: AnchorRanges & { readonly edge: number },
): LegacyCells {
  const { gaussians, width } = checkShapes("legacyCells", {
    anchor: [anchor, "gaussians", "width"],
  });
  const { gpu } = anchor;
  const cells = Tensor.empty(gpu, [gaussians, 3], "i32");
  const keys = Tensor.empty(gpu, [gaussians, 3], "i32");
  const largest = Tensor.empty(gpu, [3], "i32");
  const { low, range } = rangeUniforms(ranges);
  cellsKernel.dispatch(
    gpu,
    { anchor, cells, keys, largest },
    { gaussians, width, edge, low, range },
    { groups: 1 },
  );
  return { cells, largest, keys };
}

/**
 * Rules of a submanifold convolution with what the old grid entails: a cell at the largest index of
 * an axis is never looked up, and cells are found by number, which a cell on that border may share
 * with another one. The first row of a number stands for it.
 */
export function legacyRules(
  { cells, largest, keys }: LegacyCells,
  { kernelSize = 5 }: { readonly kernelSize?: number } = {},
): SparseRules {
  const { gpu, rows } = cells;
  using scope = gpu.scope();
  const u32 = (...extents: number[]) => Tensor.empty(gpu, extents, "u32");
  const { representative } = voxelHash(cells);
  const { table } = voxelHash(keys);
  const taps = kernelSize ** 3;
  const maxTiles = mostTiles(gpu, rows, taps);
  const neighbours = u32(taps, rows);
  const work = { threads: rows * taps };
  find.dispatch(
    gpu,
    { cells: keys, places: cells, largest, table, representative, neighbours },
    { rows, axes: 3, mask: table.size - 1, taps, extent: kernelSize },
    work,
  );
  const tiled = tilePairs(neighbours, { rows, taps, maxTiles });
  const pairInputs = u32(TILE_PAIRS * maxTiles);
  const pairOutputs = u32(TILE_PAIRS * maxTiles);
  const receivers = u32(rows * taps);
  const slots = u32(rows * taps);
  fill.dispatch(
    gpu,
    {
      neighbours,
      places: tiled.places,
      tap_tiles: tiled.tapTiles,
      pair_inputs: pairInputs,
      pair_outputs: pairOutputs,
      keys: receivers,
      slots,
    },
    { rows, taps },
    work,
  );
  // Several cells of one number may bring rows to the same one through one tap, so the slots of a row
  // are found by sorting, which keeps the order of the taps.
  const sorted = radixSort(receivers, slots, { bits: Math.ceil(Math.log2(rows + 1)) });
  const tensors = {
    representative,
    tapCounts: tiled.tapCounts,
    tapTiles: tiled.tapTiles,
    tileTaps: tiled.tileTaps,
    pairInputs,
    pairOutputs,
    rowStarts: segmentOffsets(sorted.keys, rows),
    rowSlots: sorted.values,
    ...rowsByCell(representative),
  };
  scope.keep(Object.values(tensors));
  return { rows, kernelSize, taps, maxTiles, ...tensors };
}
