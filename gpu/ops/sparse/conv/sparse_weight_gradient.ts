import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import type { SparseRules } from "../rules/sparse_rules.ts";
import { padChannels } from "./pad_channels.ts";
import centerSource from "./sparse_conv_backward_center.wgsl" with { type: "text" };
import weightSource from "./sparse_conv_backward_weight.wgsl" with { type: "text" };
import { type Sides, sumCells } from "./sparse_sides.ts";
import { tileOf, tileProductSnippet } from "./tile_product.ts";

const backwardWeight = new Kernel(
  "gpu/ops/sparse/conv/sparse_conv_backward_weight.wgsl",
  weightSource,
  { include: [tileProductSnippet] },
);
const backwardCenter = new Kernel(
  "gpu/ops/sparse/conv/sparse_conv_backward_center.wgsl",
  centerSource,
);

// Pairs of the centre tap, which has one for every row, that one workgroup sums.
const CENTER_PART = 2048;

/** What the weights look like, and who received on either side of the centre. */
export interface WeightGradient {
  readonly shape: readonly number[];
  readonly shared: Sides;
}

/** Gradient of the weights [outputs, kx, ky, kz, inputs] of a sparse convolution. */
export function weightGradient(
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
    x: padChannels(features),
    dy: padChannels(dy),
    xSums: shared.includes(0) ? padChannels(sumCells(features, rules)) : null,
    dySums: shared.includes(1) ? padChannels(sumCells(dy, rules)) : null,
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
