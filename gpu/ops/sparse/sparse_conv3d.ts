import { Kernel, type Snippet } from "../../kernel.ts";
import { segmentSum } from "../../parallel/segments.ts";
import { checkShapes } from "../../shape.ts";
import { record } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { sumRows } from "../nn/column_sum.ts";
import padSource from "./pad_channels.wgsl" with { type: "text" };
import centerSource from "./sparse_conv_backward_center.wgsl" with { type: "text" };
import backwardWeightSource from "./sparse_conv_backward_weight.wgsl" with { type: "text" };
import chunksSource from "./sparse_conv_chunks.wgsl" with { type: "text" };
import productsSource from "./sparse_conv_products.wgsl" with { type: "text" };
import sumsSource from "./sparse_conv_sums.wgsl" with { type: "text" };
import weightsSource from "./sparse_conv_weights.wgsl" with { type: "text" };
import { type SparseRules, TILE_PAIRS } from "./sparse_rules.ts";
import tileSource from "./tile_product.wgsl" with { type: "text" };

const tileProduct: Snippet = { path: "gpu/ops/sparse/tile_product.wgsl", source: tileSource };
const include = [tileProduct];
const pad = new Kernel("gpu/ops/sparse/pad_channels.wgsl", padSource);
const packWeights = new Kernel("gpu/ops/sparse/sparse_conv_weights.wgsl", weightsSource);
const chunkWork = new Kernel("gpu/ops/sparse/sparse_conv_chunks.wgsl", chunksSource);
const products = new Kernel("gpu/ops/sparse/sparse_conv_products.wgsl", productsSource, {
  include,
});
const sums = new Kernel("gpu/ops/sparse/sparse_conv_sums.wgsl", sumsSource);
const backwardWeight = new Kernel(
  "gpu/ops/sparse/sparse_conv_backward_weight.wgsl",
  backwardWeightSource,
  { include },
);
const backwardCenter = new Kernel(
  "gpu/ops/sparse/sparse_conv_backward_center.wgsl",
  centerSource,
);

// Products wait in memory for their sums; so many bytes of them at a time.
const PRODUCT_BYTES = 1 << 27;
// Pairs of the centre tap, which has one for every row, that one workgroup sums.
const CENTER_PART = 2048;

/**
 * What happens where several rows share a cell. `native` is spconv's pair rule with the first row as
 * the cell's representative: taps before the centre bring the rows of a cell, summed, to the
 * representative of the cell they reach; taps after it bring a representative to every row of the cell
 * that it reaches. `gather` brings the neighbouring representative to every row through all taps. The
 * centre tap always brings a row to itself.
 */
export type SparseConvMode = "native" | "gather";

/** On either side of the centre: do all rows of a cell receive (1) or its first row, from sums (0). */
type Sides = readonly [before: 0 | 1, after: 0 | 1];

const FORWARD: Record<SparseConvMode, Sides> = { native: [0, 1], gather: [1, 1] };
// Who received now gives: the sides trade places as the taps are mirrored, and the roles with them.
const BACKWARD: Record<SparseConvMode, Sides> = { native: [0, 1], gather: [0, 0] };

/** Options of `sparseConv3d`. */
export interface SparseConvOptions {
  /** [outputs]. */
  readonly bias?: Tensor | null;
  readonly mode?: SparseConvMode;
}

/**
 * Submanifold convolution over voxels (Graham et al. 2018): features [rows, inputs], weight
 * [outputs, kx, ky, kz, inputs], rules of the rows' cells; returns [rows, outputs].
 */
export function sparseConv3d(
  features: Tensor,
  rules: SparseRules,
  weight: Tensor,
  { bias = null, mode = "native" }: SparseConvOptions = {},
): Tensor {
  const { kernelSize } = rules;
  const { inputs, outputs } = checkShapes("sparseConv3d", {
    features: [features, rules.rows, "inputs"],
    weight: [weight, "outputs", kernelSize, kernelSize, kernelSize, "inputs"],
    bias: [bias, "outputs"],
  }) as { inputs: number; outputs: number };
  const shared = FORWARD[mode];
  const y = convolve(features, rules, { weight, outputs, shared, mirrored: false, bias });
  const parents = bias ? [features, weight, bias] : [features, weight];
  return record("sparseConv3d", parents, y, (dy, needs) => [
    needs[0]
      ? convolve(dy, rules, { weight, outputs: inputs, shared: BACKWARD[mode], mirrored: true })
      : null,
    needs[1] ? weightGradient(features, dy, rules, { shape: weight.shape, shared }) : null,
    ...bias ? [needs[2] ? sumRows(dy) : null] : [],
  ]);
}

interface Convolution {
  readonly weight: Tensor;
  readonly outputs: number;
  readonly shared: Sides;
  /** Whether to go back: taps mirrored, weights transposed. */
  readonly mirrored: boolean;
  readonly bias?: Tensor | null;
}

// Every tile of 64 pairs of one tap is a dense product, whose rows wait in memory until each row adds
// up its own in the order of the taps: no atomics, and no product is spent on an absent neighbour.
function convolve(input: Tensor, rules: SparseRules, conv: Convolution): Tensor {
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
    n_padded: 4 * nQuads,
    mirrored: Number(mirrored),
  }, { threads: packed.size });
  const tile = tileOf(nQuads);
  const x = quads(input);
  const cellSums = shared.includes(0) ? quads(sumCells(input, rules)) : x;

  const most = Math.min(PRODUCT_BYTES, gpu.limits.maxStorageBufferBindingSize);
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

interface WeightGradient {
  readonly shape: readonly number[];
  readonly shared: Sides;
}

function weightGradient(
  features: Tensor,
  dy: Tensor,
  rules: SparseRules,
  { shape, shared }: WeightGradient,
): Tensor {
  const { gpu } = features;
  const { rows, taps, tapCounts, tapTiles, pairInputs, pairOutputs } = rules;
  const [n, k] = [dy.shape[1]!, features.shape[1]!];
  using scope = gpu.scope();
  const dweight = scope.keep(rows ? Tensor.empty(gpu, shape) : Tensor.zeros(gpu, shape));
  if (!rows || !dweight.size) return dweight;
  const sides = {
    x: quads(features),
    dy: quads(dy),
    xSums: shared.includes(0) ? quads(sumCells(features, rules)) : null,
    dySums: shared.includes(1) ? quads(sumCells(dy, rules)) : null,
  };
  const center = (taps - 1) / 2;
  const parts = Math.ceil(rows / CENTER_PART);
  const tile = tileOf(Math.ceil(k / 4));
  const run = (
    target: Tensor,
    tensors: { x: Tensor; dy: Tensor },
    { first, count, parts }: { first: number; count: number; parts: number },
  ) =>
    backwardWeight.dispatch(
      gpu,
      {
        tap_counts: tapCounts,
        tap_tiles: tapTiles,
        pair_inputs: pairInputs,
        pair_outputs: pairOutputs,
        ...tensors,
        dweight: target,
      },
      {
        first_tap: first,
        taps,
        k,
        n,
        k_quads: Math.ceil(k / 4),
        n_quads: Math.ceil(n / 4),
        parts,
        slots_per_part: parts > 1 ? CENTER_PART : 0x7fffffff,
      },
      { groups: [Math.ceil(n / 64), Math.ceil(k / (4 * tile.QUADS)), count * parts] },
      tile,
    );
  // All rows of a cell received the same: their gradients come summed. Or they gave together.
  const side = (all: 0 | 1) =>
    all ? { x: sides.x, dy: sides.dySums! } : { x: sides.xSums!, dy: sides.dy };
  run(dweight, side(shared[0]), { first: 0, count: center, parts: 1 });
  run(dweight, side(shared[1]), { first: center + 1, count: center, parts: 1 });
  const partial = parts > 1 ? Tensor.empty(gpu, [parts, n, k]) : dweight;
  run(partial, { x: sides.x, dy: sides.dy }, { first: center, count: 1, parts });
  if (parts > 1) {
    backwardCenter.dispatch(gpu, { partial, dweight }, { parts, n, k, taps }, { threads: n * k });
  }
  return dweight;
}

/** Sums over the rows of each cell, at its first row; zeros elsewhere. */
function sumCells(x: Tensor, { members, memberStarts }: SparseRules): Tensor {
  return segmentSum(x, memberStarts, { order: members });
}

/** The same rows with channels padded to a multiple of four. */
function quads(x: Tensor): Tensor {
  const [rows, channels] = x.shape as [number, number];
  if (channels % 4 === 0) return x;
  const padded = 4 * Math.ceil(channels / 4);
  const y = Tensor.empty(x.gpu, [rows, padded]);
  pad.dispatch(x.gpu, { x, y }, { rows, channels, padded }, { threads: y.size });
  return y;
}

/** The tile that wastes the least on columns that are not there: 32, 64 or 128 of them. */
function tileOf(columnQuads: number): { QUADS: number; THREADS: number } {
  const QUADS = columnQuads <= 8 ? 8 : columnQuads <= 16 ? 16 : 32;
  return { QUADS, THREADS: 4 * QUADS };
}
