import { Kernel, type Snippet } from "../../../../kernel.ts";
import { Tensor } from "../../../../tensor.ts";
import { type RasterCamera, tileGrid } from "../camera.ts";
import type { DepthOrder, TilePairs } from "../tiles/tile_pairs.ts";
import { inRows } from "../../../../binding/rows.ts";
import { tileSpanSnippet } from "../tiles/tile_span.ts";
import atomicSource from "./blend_backward_atomic.wgsl" with { type: "text" };
import pairsSource from "./blend_backward_pairs.wgsl" with { type: "text" };
import swapSource from "./blend_backward_swap.wgsl" with { type: "text" };
import { alphaSnippet, type Blended, reachSnippet, type SplatRecords } from "./blend_tiles.ts";
import screenSource from "./screen_gradients.wgsl" with { type: "text" };
import sumSource from "./sum_pairs.wgsl" with { type: "text" };
import walkSource from "./walk_tile.wgsl" with { type: "text" };

const walkSnippet: Snippet = {
  path: "gpu/ops/gaussian/rasterize/blend/walk_tile.wgsl",
  source: walkSource,
};
const include = [walkSnippet, alphaSnippet, reachSnippet, tileSpanSnippet];
const byPairs = new Kernel(
  "gpu/ops/gaussian/rasterize/blend/blend_backward_pairs.wgsl",
  pairsSource,
  { include },
);
const byAtomics = new Kernel(
  "gpu/ops/gaussian/rasterize/blend/blend_backward_atomic.wgsl",
  atomicSource,
  { include },
);
const bySwaps = new Kernel(
  "gpu/ops/gaussian/rasterize/blend/blend_backward_swap.wgsl",
  swapSource,
  { include },
);
const sumPairs = new Kernel("gpu/ops/gaussian/rasterize/blend/sum_pairs.wgsl", sumSource);
const screenKernel = new Kernel(
  "gpu/ops/gaussian/rasterize/blend/screen_gradients.wgsl",
  screenSource,
);

/** How gradients of a Gaussian's pairs are summed. */
export type Accumulation = "ordered" | "atomic";

/** What blending backward goes by. */
export interface BlendBackwardOptions {
  readonly background: readonly number[];
  /** Upstream gradients; null where there is none. */
  readonly dimage: Tensor | null;
  readonly dinverseDepth: Tensor | null;
  /** Whether a Gaussian whose alpha was cut to 0.99 gets no gradient by opacity and place. */
  readonly exact: boolean;
  readonly accumulation: Accumulation;
  /** Whether pixels that a Gaussian does not reach are passed over. */
  readonly tight: boolean;
  /** Whether the sums of magnitudes are wanted; they are 0 otherwise. */
  readonly magnitudes: boolean;
}

/**
 * Gradients of the Gaussians on the screen, [n, 12]: place u, v in pixels and sums of their
 * magnitudes; conic xx, xy, yy and opacity; red, green, blue, 1 / depth. Rows of Gaussians that touch
 * no tile are undefined, or 0 with atomics.
 *
 * "ordered" adds up in a fixed order and needs 48 bytes for each pair of the capacity; "atomic" needs
 * none and its sums vary in their last bits from run to run.
 */
export function blendBackward(
  { places, shapes, colours }: SplatRecords,
  { owners, pairs, starts, frame }: TilePairs,
  { blended, depthOrder, camera, ...options }: BlendBackwardOptions & {
    readonly blended: Blended;
    readonly depthOrder: DepthOrder;
    readonly camera: RasterCamera;
  },
): Tensor {
  const { gpu, rows: n } = places;
  const { width, height } = camera;
  using scope = gpu.scope();
  const dimage = options.dimage ?? Tensor.zeros(gpu, [3, height, width]);
  const tensors = {
    starts,
    pairs,
    owners,
    places,
    shapes,
    colours,
    remaining: blended.remaining,
    depth_of_list: blended.depthOfList,
    dimage,
    dinverse_depth: options.dinverseDepth ?? dimage,
  };
  const tiles = tileGrid(camera);
  const uniforms = {
    background: options.background,
    size: [width, height],
    tiles,
  };
  const work = { groups: tiles[0] * tiles[1] };
  const constants = {
    EXACT: Number(options.exact),
    TIGHT: Number(options.tight),
    DEPTHS: Number(Boolean(options.dinverseDepth)),
    MAGNITUDES: Number(options.magnitudes),
  };
  if (options.accumulation === "atomic") {
    const native = gpu.has.f32Atomics;
    const kernel = native ? byAtomics : bySwaps;
    const sums = Tensor.zeros(gpu, [n, 12], native ? "f32" : "u32");
    kernel.dispatch(gpu, { ...tensors, sums_of: sums }, uniforms, work, constants);
    return scope.keep(native ? sums : sums.as("f32"));
  }
  const capacity = owners.size;
  const partials = {
    dplaces: Tensor.empty(gpu, [capacity, 4]),
    dshapes: Tensor.empty(gpu, [capacity, 4]),
    dcolours: Tensor.empty(gpu, [capacity, 4]),
  };
  byPairs.dispatch(gpu, { ...tensors, ...partials }, uniforms, work, constants);
  const sums = scope.keep(Tensor.empty(gpu, [n, 12]));
  const { order, offsets } = depthOrder;
  inRows(n, { sums }, ({ sums }, rows, first) => {
    const uniforms = { count: n, first, rows };
    sumPairs.dispatch(gpu, { frame, offsets, order, ...partials, sums }, uniforms, { threads: n });
  });
  return sums;
}

/** Gradients by place on the screen and the sums of magnitudes, [n, 2] each, in halves of the picture. */
export function screenGradients(
  sums: Tensor,
  touched: Tensor,
  { width, height }: RasterCamera,
): { readonly dscreen: Tensor; readonly dmagnitude: Tensor } {
  const { gpu, size: n } = touched;
  const dscreen = Tensor.empty(gpu, [n, 2]);
  const dmagnitude = Tensor.empty(gpu, [n, 2]);
  inRows(n, { touched, sums, dscreen, dmagnitude }, (pieces, count) => {
    screenKernel.dispatch(gpu, pieces, { size: [width, height], count }, { threads: count });
  });
  return { dscreen, dmagnitude };
}
