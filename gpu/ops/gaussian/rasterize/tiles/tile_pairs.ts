import type { Gpu } from "../../../../device.ts";
import { Kernel } from "../../../../kernel.ts";
import { radixSort } from "../../../../parallel/radix_sort.ts";
import { exclusiveScan } from "../../../../parallel/scan.ts";
import { Tensor } from "../../../../tensor.ts";
import { type RasterCamera, tileGrid } from "../camera.ts";
import { pairLimit } from "../pair_budget.ts";
import type { ProjectedGaussians } from "../project/project_gaussians.ts";
import emitSource from "./emit_pairs.wgsl" with { type: "text" };
import wrapSource from "./find_wrap.wgsl" with { type: "text" };
import listSource from "./list_visible.wgsl" with { type: "text" };
import orderSource from "./order_counts.wgsl" with { type: "text" };
import planSource from "./plan_pairs.wgsl" with { type: "text" };
import startsSource from "./tile_starts.wgsl" with { type: "text" };
import { tileSpanSnippet } from "./tile_span.ts";

const listVisible = new Kernel("gpu/ops/gaussian/rasterize/tiles/list_visible.wgsl", listSource);
const orderCounts = new Kernel("gpu/ops/gaussian/rasterize/tiles/order_counts.wgsl", orderSource);
const findWrap = new Kernel("gpu/ops/gaussian/rasterize/tiles/find_wrap.wgsl", wrapSource);
const planPairs = new Kernel("gpu/ops/gaussian/rasterize/tiles/plan_pairs.wgsl", planSource);
const emitPairs = new Kernel("gpu/ops/gaussian/rasterize/tiles/emit_pairs.wgsl", emitSource, {
  include: [tileSpanSnippet],
});
const tileStarts = new Kernel("gpu/ops/gaussian/rasterize/tiles/tile_starts.wgsl", startsSource);

/** Gaussians that touch a tile, by depth; how many there are only the GPU knows. */
export interface DepthOrder {
  /** u32 [n]: numbers of the Gaussians; the first `visible` are set. */
  readonly order: Tensor;
  /** u32 [1]. */
  readonly visible: Tensor;
  /** u32 [n + 1]: first pair of each in `order`; the last entry is the number of pairs, modulo 2^32. */
  readonly offsets: Tensor;
  /** u32 [1]: 1 if the number of pairs passed 2^32. */
  readonly wrapped: Tensor;
}

/** Sorts the Gaussians by the bits of their depth, then by number, and counts their pairs. */
export function orderByDepth(
  { shapes, touched }: ProjectedGaussians,
  camera: RasterCamera,
): DepthOrder {
  const { gpu, size: n } = touched;
  using scope = gpu.scope();
  const ranks = exclusiveScan(touched, { flags: true, total: true });
  const keys = Tensor.empty(gpu, [n], "u32");
  const numbers = Tensor.empty(gpu, [n], "u32");
  const visible = Tensor.empty(gpu, [1], "u32");
  listVisible.dispatch(gpu, { touched, shapes, ranks, keys, numbers, visible }, { count: n }, {
    threads: n + 1,
  });
  const { values: order } = radixSort(keys, numbers, { count: visible });
  const counts = Tensor.empty(gpu, [n], "u32");
  orderCounts.dispatch(gpu, { touched, order, visible, counts }, { count: n }, { threads: n });
  const offsets = exclusiveScan(counts, { total: true });
  const wrapped = Tensor.zeros(gpu, [1], "u32");
  const [columns, rows] = tileGrid(camera);
  if (n * columns * rows >= 2 ** 32) {
    findWrap.dispatch(gpu, { offsets, wrapped }, { count: n }, { threads: n });
  }
  scope.keep([order, visible, offsets, wrapped]);
  return { order, visible, offsets, wrapped };
}

/** Pairs of a Gaussian and a tile in which it is listed. */
export interface TilePairs {
  /** u32 [4]: Gaussians that touch a tile, pairs wanted, pairs made, 1 if there was no room. */
  readonly frame: Tensor;
  /** u32 [capacity]: Gaussian of each pair; pairs of one Gaussian stand together, in depth order. */
  readonly owners: Tensor;
  /** u32 [capacity]: the pairs by tile, those of a tile by depth. */
  readonly pairs: Tensor;
  /** u32 [tiles + 1]: where each tile's pairs start in `pairs`. */
  readonly starts: Tensor;
}

/**
 * Makes the pairs in buffers for `capacity` of them: 24 bytes each while it sorts, 8 afterwards.
 * If there are more, it makes none and says so in `frame`.
 */
export function makePairs(
  { places, shapes, radii }: ProjectedGaussians,
  { order, visible, offsets, wrapped }: DepthOrder,
  camera: RasterCamera,
  { capacity, tight }: { readonly capacity: number; readonly tight: boolean },
): TilePairs {
  const { gpu, size: n } = radii;
  checkCapacity(gpu, capacity);
  using scope = gpu.scope();
  const [columns, rows] = tileGrid(camera);
  const tiles = columns * rows;
  const frame = Tensor.empty(gpu, [4], "u32");
  const made = Tensor.empty(gpu, [1], "u32");
  planPairs.dispatch(gpu, { visible, offsets, wrapped, frame, made }, { count: n, capacity }, {
    groups: 1,
  });
  const keys = Tensor.empty(gpu, [capacity], "u32");
  const owners = Tensor.empty(gpu, [capacity], "u32");
  emitPairs.dispatch(
    gpu,
    { frame, offsets, order, places, shapes, radii, keys, owners },
    { tiles: [columns, rows], capacity },
    { threads: capacity },
    { TIGHT: Number(tight) },
  );
  // One key more than tiles: what belongs to none.
  const bits = Math.floor(Math.log2(tiles)) + 1;
  const sorted = radixSort(keys, null, { bits, count: made });
  const starts = Tensor.empty(gpu, [tiles + 1], "u32");
  tileStarts.dispatch(gpu, { frame, keys: sorted.keys, starts }, { tiles }, { threads: tiles + 1 });
  scope.keep([frame, owners, sorted.values, starts]);
  return { frame, owners, pairs: sorted.values, starts };
}

function checkCapacity(gpu: Gpu, capacity: number): void {
  const most = pairLimit(gpu);
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > most) {
    throw new RangeError(
      `Cannot run rasterize: room for ${capacity} pairs of Gaussian and tile, 1 to ${most} are possible`,
    );
  }
}
