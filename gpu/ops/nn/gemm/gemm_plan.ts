import type { Gpu } from "../../../device.ts";
import type { Tuning } from "../../../tuning.ts";

/** Which kernel computes a block of C: registers alone, or blocks in workgroup memory. */
export type Tiling = Tuning["tiling"];

/** Sizes of C [batches, rows, cols] = A B, summed over a depth. */
export interface GemmSize {
  readonly rows: number;
  readonly cols: number;
  readonly depth: number;
  readonly batches: number;
}

/** How a product is cut into workgroups. */
export interface GemmPlan {
  readonly tiling: Tiling;
  readonly tileRows: number;
  readonly tileCols: number;
  /** The depth is cut into parts whose sums are added in order afterwards. */
  readonly parts: number;
  readonly partDepth: number;
  readonly constants: Readonly<Record<string, number>>;
}

// Workgroups that keep a large GPU (132 multiprocessors on an H200) busy; a processor has few cores.
const BUSY = { registers: 16, workgroup: 512 };
// Shorter sums are not worth a second pass over the partial results.
const SHORTEST_PART = { registers: 2048, workgroup: 256 };
/** Partial results take at most this many values (64 MiB). */
export const MOST_PARTIAL = 1 << 24;

/**
 * Chooses tiles by size and adapter; `tiling` overrides the adapter's choice in tests and benches,
 * `mostDepth` is how deep a part may be.
 */
export function planGemm(
  gpu: Gpu,
  size: GemmSize,
  tiling: Tiling | undefined,
  mostDepth = Infinity,
): GemmPlan {
  const { rows, cols, depth, batches } = size;
  const chosen = tiling ?? gpu.tuning.tiling;
  const tile = (extent: number, side: number) => Math.ceil(extent / side);
  let tileRows = 64;
  let tileCols = 64;
  const constants: Record<string, number> = {};
  if (chosen === "registers") {
    tileRows = 16;
    tileCols = 32;
    constants.TALL = rows > 8 ? 1 : 0;
  } else {
    const large = tile(rows, 128) * tile(cols, 128) * batches;
    if (rows > 64 && cols > 64 && large >= 256) tileRows = tileCols = 128;
    constants.TILE = tileRows;
  }
  const tiles = tile(rows, tileRows) * tile(cols, tileCols) * batches;
  const wanted = Math.min(
    Math.ceil(BUSY[chosen] / Math.max(1, tiles)),
    Math.floor(depth / SHORTEST_PART[chosen]),
    Math.floor(MOST_PARTIAL / Math.max(1, rows * cols * batches)),
  );
  // Whole vec4s, and whole blocks of the workgroup kernel.
  const partDepth = Math.max(
    16,
    Math.min(
      Math.ceil(depth / Math.max(1, wanted) / 16) * 16,
      Math.floor(mostDepth / 16) * 16,
    ),
  );
  return {
    tiling: chosen,
    tileRows,
    tileCols,
    parts: Math.max(1, Math.ceil(depth / partDepth)),
    partDepth,
    constants,
  };
}
