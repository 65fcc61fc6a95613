import { mostBound } from "../../../binding/limit.ts";
import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import { type SparseRules, TILE_PAIRS } from "../rules/sparse_rules.ts";
import { padChannels } from "./pad_channels.ts";
import chunksSource from "./sparse_conv_chunks.wgsl" with { type: "text" };
import productsSource from "./sparse_conv_products.wgsl" with { type: "text" };
import sumsSource from "./sparse_conv_sums.wgsl" with { type: "text" };
import weightsSource from "./sparse_conv_weights.wgsl" with { type: "text" };
import { type Sides, sumCells } from "./sparse_sides.ts";
import { tileOf, tileProductSnippet } from "./tile_product.ts";

const packWeights = new Kernel("gpu/ops/sparse/conv/sparse_conv_weights.wgsl", weightsSource);
const chunkWork = new Kernel("gpu/ops/sparse/conv/sparse_conv_chunks.wgsl", chunksSource);
const products = new Kernel("gpu/ops/sparse/conv/sparse_conv_products.wgsl", productsSource, {
  include: [tileProductSnippet],
});
const sums = new Kernel("gpu/ops/sparse/conv/sparse_conv_sums.wgsl", sumsSource);

// Products wait in memory for their sums; so many bytes of them at a time.
const PRODUCT_BYTES = 1 << 27;

/** One way through a sparse convolution. */
export interface Convolution {
  readonly weight: Tensor;
  /** Channels of the result. */
  readonly outputs: number;
  readonly shared: Sides;
  /** Whether to go back: taps mirrored, weights transposed. */
  readonly mirrored: boolean;
  readonly bias?: Tensor | null;
}

/**
 * Convolves rows [rows, channels] by the rules of their cells. Every tile of 64 pairs of one tap is a
 * dense product, whose rows wait in memory until each row adds up its own in the order of the taps:
 * no atomics, and no product is spent on an absent neighbour.
 */
export function convolve(input: Tensor, rules: SparseRules, conv: Convolution): Tensor {
  const { gpu } = input;
  const { rows, taps, maxTiles, tapCounts, tapTiles, tileTaps } = rules;
  const { weight, outputs: n, shared, mirrored, bias } = conv;
  const k = input.shape[1]!;
  using scope = gpu.scope();
  const y = scope.keep(Tensor.empty(gpu, [rows, n]));
  if (y.size === 0) return y;
  const [kQuads, nQuads] = [Math.ceil(k / 4), Math.ceil(n / 4)];
  const packed = Tensor.empty(gpu, [taps, 4 * kQuads, 4 * nQuads]);
  packWeights.dispatch(gpu, { weight, packed }, {
    taps,
    k,
    n,
    k_padded: 4 * kQuads,
    n_quads: nQuads,
    mirrored: Number(mirrored),
  }, { threads: packed.size / 4 });
  const tile = tileOf(nQuads);
  const x = padChannels(input);
  const cellSums = shared.includes(0) ? padChannels(sumCells(input, rules)) : x;

  const most = Math.min(PRODUCT_BYTES, mostBound(gpu));
  const perChunk = Math.min(
    maxTiles,
    Math.max(1, Math.floor(most / (16 * nQuads * TILE_PAIRS))),
    gpu.limits.maxComputeWorkgroupsPerDimension,
  );
  const chunks = Math.ceil(maxTiles / perChunk);
  const waiting = Tensor.empty(gpu, [perChunk * TILE_PAIRS, 4 * nQuads]);
  const work = Tensor.empty(gpu, [chunks, 6], "u32");
  const sumGroups = Math.ceil(rows * nQuads / 64);
  const sumRows = Math.ceil(sumGroups / gpu.limits.maxComputeWorkgroupsPerDimension);
  chunkWork.dispatch(gpu, { tap_tiles: tapTiles, work }, {
    taps,
    tiles_per_chunk: perChunk,
    chunks,
    blocks: Math.ceil(nQuads / tile.QUADS),
    sum_groups: [Math.ceil(sumGroups / sumRows), sumRows],
  }, { threads: chunks });
  const center = (taps - 1) / 2;
  for (let chunk = 0; chunk < chunks; chunk++) {
    products.dispatch(
      gpu,
      {
        tap_counts: tapCounts,
        tap_tiles: tapTiles,
        tile_taps: tileTaps,
        pair_inputs: rules.pairInputs,
        x,
        cell_sums: cellSums,
        weights: packed,
        products: waiting,
      },
      {
        first_tile: chunk * perChunk,
        center,
        k_quads: kQuads,
        n_quads: nQuads,
        summed: shared.map((side) => 1 - side),
      },
      { indirect: work, offset: 6 * chunk },
      tile,
    );
    sums.dispatch(gpu, {
      tap_tiles: tapTiles,
      representative: rules.representative,
      row_starts: rules.rowStarts,
      row_slots: rules.rowSlots,
      products: waiting,
      bias: bias ?? input,
      y,
    }, {
      rows,
      n,
      n_quads: nQuads,
      center,
      first_slot: chunk * perChunk * TILE_PAIRS,
      end_slot: (chunk + 1) * perChunk * TILE_PAIRS,
      has_bias: Number(Boolean(bias)),
      shared_sides: shared,
    }, { indirect: work, offset: 6 * chunk + 3 });
  }
  return y;
}
