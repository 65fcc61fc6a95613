import type { Gpu } from "../../../../device.ts";
import { Kernel, type Snippet } from "../../../../kernel.ts";
import { Tensor } from "../../../../tensor.ts";
import { type RasterCamera, tileGrid } from "../camera.ts";
import type { DepthOrder, TilePairs } from "../tiles/tile_pairs.ts";
import { bindable, runsOf } from "../../../../binding/limit.ts";
import { pack } from "../../../../binding/packed.ts";
import { inRows } from "../../../../binding/rows.ts";
import { tileSpanSnippet } from "../tiles/tile_span.ts";
import atomicSource from "./blend_backward_atomic.wgsl" with { type: "text" };
import pairsSource from "./blend_backward_pairs.wgsl" with { type: "text" };
import atomicSumsSource from "./atomic_sums.wgsl" with { type: "text" };
import atomicSumsNativeSource from "./atomic_sums_native.wgsl" with { type: "text" };
import { alphaSnippet, type Blended, reachSnippet, type SplatRecords } from "./blend_tiles.ts";
import pairSumsSource from "./pair_sums.wgsl" with { type: "text" };
import pairSumsNarrowSource from "./pair_sums_narrow.wgsl" with { type: "text" };
import planesSource from "./pixel_planes.wgsl" with { type: "text" };
import planesNarrowSource from "./pixel_planes_narrow.wgsl" with { type: "text" };
import screenSource from "./screen_gradients.wgsl" with { type: "text" };
import sumSource from "./sum_pairs.wgsl" with { type: "text" };
import walkSource from "./walk_tile.wgsl" with { type: "text" };

const walkSnippet: Snippet = {
  path: "gpu/ops/gaussian/rasterize/blend/walk_tile.wgsl",
  source: walkSource,
};
const atomicSums: Snippet = {
  path: "gpu/ops/gaussian/rasterize/blend/atomic_sums.wgsl",
  source: atomicSumsSource,
  native: {
    needs: "f32Atomics",
    path: "gpu/ops/gaussian/rasterize/blend/atomic_sums_native.wgsl",
    source: atomicSumsNativeSource,
  },
};
/** Tensors in buffers of their own, and for devices that bind eight buffers several in one. */
const apart = kernelsOf(
  { path: "gpu/ops/gaussian/rasterize/blend/pixel_planes.wgsl", source: planesSource },
  { path: "gpu/ops/gaussian/rasterize/blend/pair_sums.wgsl", source: pairSumsSource },
);
const together = kernelsOf(
  { path: "gpu/ops/gaussian/rasterize/blend/pixel_planes_narrow.wgsl", source: planesNarrowSource },
  { path: "gpu/ops/gaussian/rasterize/blend/pair_sums_narrow.wgsl", source: pairSumsNarrowSource },
);

function kernelsOf(planes: Snippet, pairSums: Snippet) {
  const include = [planes, walkSnippet, alphaSnippet, reachSnippet, tileSpanSnippet];
  return {
    pairs: new Kernel(
      "gpu/ops/gaussian/rasterize/blend/blend_backward_pairs.wgsl",
      pairsSource,
      { include: [...include, pairSums] },
    ),
    atomics: new Kernel(
      "gpu/ops/gaussian/rasterize/blend/blend_backward_atomic.wgsl",
      atomicSource,
      { include: [...include, atomicSums] },
    ),
  };
}

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
 * "ordered" adds up in a fixed order and needs 48 bytes for each pair of the capacity, or of a binding where
 * there are more: it then walks the tiles once for each; "atomic" needs none and its sums vary in their
 * last bits from run to run.
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
  const tiles = tileGrid(camera);
  const wide = apart.pairs.fits(gpu);
  const kernels = wide ? apart : together;
  const pixels = {
    remaining: blended.remaining,
    depth_of_list: blended.depthOfList,
    dimage,
    dinverse_depth: options.dinverseDepth ?? dimage,
  };
  const { packed, at } = wide
    ? { packed: null, at: { remaining: 0, depth_of_list: 0, dimage: 0, dinverse_depth: 0 } }
    : pack(gpu, pixels);
  const tensors = {
    starts,
    pairs,
    owners,
    places,
    shapes,
    colours,
    ...packed ? { pixels: packed } : pixels,
  };
  const uniforms = { background: options.background, size: [width, height], tiles, ...at };
  const work = { groups: tiles[0] * tiles[1] };
  const constants = {
    EXACT: Number(options.exact),
    TIGHT: Number(options.tight),
    DEPTHS: Number(Boolean(options.dinverseDepth)),
    MAGNITUDES: Number(options.magnitudes),
  };
  if (options.accumulation === "atomic") {
    const sums = Tensor.zeros(gpu, [n, 12], "u32");
    kernels.atomics.dispatch(gpu, { ...tensors, sums_of: sums }, uniforms, work, constants);
    return scope.keep(sums.as("f32"));
  }
  const { room, begins } = pairWindow(gpu, owners.size, tiles[0] * tiles[1], wide ? 16 : 48);
  const { written, partials } = roomForPairs(gpu, room, wide);
  const sums = scope.keep(Tensor.empty(gpu, [n, 12]));
  const { order, offsets } = depthOrder;
  for (const { first: firstPair } of runsOf(owners.size, begins)) {
    const window = { ...uniforms, first: firstPair, room };
    kernels.pairs.dispatch(gpu, { ...tensors, ...written }, window, work, constants);
    inRows(n, { sums }, ({ sums }, rows, first) => {
      const uniforms = { count: n, first, rows, first_pair: firstPair, begins };
      sumPairs.dispatch(gpu, { frame, offsets, order, ...partials, sums }, uniforms, {
        threads: n,
      }, { TOGETHER: Number(!wide) });
    });
  }
  return sums;
}

/** Three vectors for each pair, as they are written and as they are read: in one tensor where few bind. */
function roomForPairs(gpu: Gpu, room: number, wide: boolean) {
  if (wide) {
    const partials = {
      dplaces: Tensor.empty(gpu, [room, 4]),
      dshapes: Tensor.empty(gpu, [room, 4]),
      dcolours: Tensor.empty(gpu, [room, 4]),
    };
    return { written: partials, partials };
  }
  const all = Tensor.empty(gpu, [room, 12]);
  return { written: { partials: all }, partials: { dplaces: all, dshapes: all, dcolours: all } };
}

/**
 * Pairs whose gradients are held at once, three vectors each, of which a binding takes `bytes` a pair; and
 * how many of them may be a Gaussian's first: it has a pair in every tile at most, and all of them are to
 * lie in the window, so that their sum has the same order, and the same bits, whatever the windows are.
 */
export function pairWindow(
  gpu: Gpu,
  capacity: number,
  tiles: number,
  bytes = 16,
): { readonly room: number; readonly begins: number } {
  const most = bindable(gpu, bytes);
  if (capacity <= most) return { room: capacity, begins: capacity };
  // What no binding can hold is the adapter's to refuse, by name.
  const room = Math.max(most, tiles + 1);
  return { room, begins: room - tiles };
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
