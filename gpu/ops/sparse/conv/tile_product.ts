import type { Snippet } from "../../../kernel.ts";
import source from "./tile_product.wgsl" with { type: "text" };

/** `multiply_tiles(sums, lane)` for kernels that fill `tile_rows` and `tile_columns`. */
export const tileProductSnippet: Snippet = {
  path: "gpu/ops/sparse/conv/tile_product.wgsl",
  source,
};

/** The tile that wastes the least on columns that are not there: 32, 64 or 128 of them. */
export function tileOf(columnQuads: number): { QUADS: number; THREADS: number } {
  const QUADS = columnQuads <= 8 ? 8 : columnQuads <= 16 ? 16 : 32;
  return { QUADS, THREADS: 4 * QUADS };
}
