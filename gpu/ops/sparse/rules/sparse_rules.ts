import { mostBound } from "../../../binding/limit.ts";
import type { Gpu } from "../../../device.ts";
import { Kernel } from "../../../kernel.ts";
import { radixSort } from "../../../parallel/radix_sort.ts";
import { exclusiveScan } from "../../../parallel/scan.ts";
import { segmentOffsets } from "../../../parallel/segments.ts";
import { Tensor } from "../../../tensor.ts";
import { TooLargeError } from "../../../too_large.ts";
import { workgroupScanSnippet } from "../../../wgsl/workgroup_scan.ts";
import countSource from "./sparse_rules_count.wgsl" with { type: "text" };
import fillSource from "./sparse_rules_fill.wgsl" with { type: "text" };
import findSource from "./sparse_rules_find.wgsl" with { type: "text" };
import tapsSource from "./sparse_rules_taps.wgsl" with { type: "text" };
import tilesSource from "./sparse_rules_tiles.wgsl" with { type: "text" };
import { voxelHash, voxelHashSnippets } from "./voxel_hash.ts";

const find = new Kernel("gpu/ops/sparse/rules/sparse_rules_find.wgsl", findSource, {
  include: voxelHashSnippets,
});
const tapsKernel = new Kernel("gpu/ops/sparse/rules/sparse_rules_taps.wgsl", tapsSource, {
  include: [workgroupScanSnippet],
});
const tilesKernel = new Kernel("gpu/ops/sparse/rules/sparse_rules_tiles.wgsl", tilesSource);
const countKernel = new Kernel("gpu/ops/sparse/rules/sparse_rules_count.wgsl", countSource);
const fill = new Kernel("gpu/ops/sparse/rules/sparse_rules_fill.wgsl", fillSource);

/** Pairs in one tile: they share a tap and are multiplied by its weights together. */
export const TILE_PAIRS = 64;

/**
 * Which row a submanifold convolution reads for which row, made once for all convolutions on the
 * same cells. Several rows may share a cell: pairs stand between the first rows of the cells, and
 * the rows of a cell are summed before, or share the result after.
 */
export interface SparseRules {
  /** Rows of features. */
  readonly rows: number;
  /** Edge of the kernel, odd. */
  readonly kernelSize: number;
  /** kernelSize^3; tap (kx, ky, kz) is number (kx kernelSize + ky) kernelSize + kz. */
  readonly taps: number;
  /** Tiles that there can be at most. */
  readonly maxTiles: number;
  /** u32 [rows]: smallest row in the same cell. */
  readonly representative: Tensor;
  /** u32 [taps]: pairs of each tap; the centre has one for every row. */
  readonly tapCounts: Tensor;
  /** u32 [taps + 1]: tiles before each tap; slots of a tap start at 64 times that. */
  readonly tapTiles: Tensor;
  /** u32 [maxTiles]: tap of each tile. */
  readonly tileTaps: Tensor;
  /** u32 [64 maxTiles]: row read and row written of each slot. */
  readonly pairInputs: Tensor;
  /** u32 [64 maxTiles]: row written of each slot. */
  readonly pairOutputs: Tensor;
  /** u32 [rows + 1] and [entries]: slots of the pairs that write a row, the centre's left out. */
  readonly rowStarts: Tensor;
  /** u32 [entries]: the slots themselves. */
  readonly rowSlots: Tensor;
  /** u32 [rows] and [rows + 1]: rows in the order of their representatives, and where each starts. */
  readonly members: Tensor;
  /** u32 [rows + 1]: where the members of each row begin. */
  readonly memberStarts: Tensor;
}

/** Grid and kernel of a submanifold convolution. */
export interface SparseRulesOptions {
  /** Cells of the grid along x, y, z. */
  readonly shape: readonly [number, number, number] | readonly number[];
  /** Edge of the kernel, odd. */
  readonly kernelSize?: number;
}

/**
 * Finds the neighbours of cells, i32 [rows, 3] (x, y, z) or [rows, 4] (batch, x, y, z). A cell
 * outside the grid is never found, and a row there finds itself only. Memory is set aside for all
 * `rows kernelSize^3` pairs that there could be, 12 bytes each (216 MB for 144 000 rows and 5^3
 * taps), since waiting for their true number would stop the GPU.
 */
export function sparseRules(
  cells: Tensor,
  { shape, kernelSize = 5 }: SparseRulesOptions,
): SparseRules {
  if (shape.length !== 3 || shape.some((extent) => !(extent > 0 && extent < 2 ** 31))) {
    throw new RangeError(
      `Cannot run sparseRules: "shape" is [${shape.join(", ")}], three positive extents are needed`,
    );
  }
  if (!Number.isInteger(kernelSize) || kernelSize < 1 || kernelSize % 2 === 0) {
    throw new RangeError(`Cannot run sparseRules: kernel size ${kernelSize} must be odd`);
  }
  const { gpu } = cells;
  using scope = gpu.scope();
  const hash = voxelHash(cells);
  const { table, representative } = hash;
  const rows = cells.shape[0]!;
  const taps = kernelSize ** 3;
  const maxTiles = mostTiles(gpu, rows, taps);
  const u32 = (...extents: number[]) => Tensor.empty(gpu, extents, "u32");
  const neighbours = u32(taps, rows);
  find.dispatch(gpu, { cells, table, representative, neighbours }, {
    rows,
    axes: cells.shape[1]!,
    mask: table.size - 1,
    taps,
    extent: kernelSize,
    shape,
  }, { threads: rows * taps });
  const { places, tapCounts, tapTiles, tileTaps } = tilePairs(neighbours, { rows, taps, maxTiles });

  const counts = u32(rows);
  countKernel.dispatch(gpu, { neighbours, counts }, { rows, taps }, { threads: rows });
  const rowStarts = exclusiveScan(counts, { total: true });
  const pairInputs = u32(TILE_PAIRS * maxTiles);
  const pairOutputs = u32(TILE_PAIRS * maxTiles);
  const rowSlots = u32(rows * (taps - 1));
  fill.dispatch(
    gpu,
    {
      neighbours,
      places,
      tap_tiles: tapTiles,
      row_starts: rowStarts,
      pair_inputs: pairInputs,
      pair_outputs: pairOutputs,
      row_slots: rowSlots,
    },
    { rows, taps },
    { threads: rows },
  );

  const { members, memberStarts } = rowsByCell(representative);
  const tensors = {
    representative,
    tapCounts,
    tapTiles,
    tileTaps,
    pairInputs,
    pairOutputs,
    rowStarts,
    rowSlots,
    members,
    memberStarts,
  };
  scope.keep(Object.values(tensors));
  return { rows, kernelSize, taps, maxTiles, ...tensors };
}

/** Tiles that there can be at most; throws where their pairs do not fit a binding. */
export function mostTiles(gpu: Gpu, rows: number, taps: number): number {
  const maxTiles = rows ? Math.floor(rows * taps / TILE_PAIRS) + taps : 0;
  const most = mostBound(gpu);
  if (4 * TILE_PAIRS * maxTiles > most) {
    throw new TooLargeError(
      `Cannot run sparseRules: ${rows} rows with ${taps} taps are too many, this adapter's bindings hold at most ${
        Math.floor(most / 4 / taps) - TILE_PAIRS
      }`,
    );
  }
  return maxTiles;
}

/** Places of the pairs, one for each entry of u32 [taps, rows] that is not 0, in tiles of one tap. */
export function tilePairs(
  neighbours: Tensor,
  { rows, taps, maxTiles }: Readonly<Record<"rows" | "taps" | "maxTiles", number>>,
): { places: Tensor; tapCounts: Tensor; tapTiles: Tensor; tileTaps: Tensor } {
  const { gpu } = neighbours;
  const places = exclusiveScan(neighbours, { flags: true, total: true });
  const tapCounts = Tensor.empty(gpu, [taps], "u32");
  const tapTiles = Tensor.empty(gpu, [taps + 1], "u32");
  tapsKernel.dispatch(gpu, { places, tap_counts: tapCounts, tap_tiles: tapTiles }, { rows, taps }, {
    groups: 1,
  });
  const tileTaps = Tensor.empty(gpu, [maxTiles], "u32");
  tilesKernel.dispatch(gpu, { tap_tiles: tapTiles, tile_taps: tileTaps }, {}, { groups: taps });
  return { places, tapCounts, tapTiles, tileTaps };
}

/** Rows in the order of the first row of their cell, and where each of these starts. */
export function rowsByCell(representative: Tensor): { members: Tensor; memberStarts: Tensor } {
  const rows = representative.size;
  const bits = Math.ceil(Math.log2(Math.max(2, rows)));
  const { keys, values: members } = radixSort(representative, null, { bits });
  return { members, memberStarts: segmentOffsets(keys, rows) };
}
