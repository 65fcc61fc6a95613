import { roomFor, unpack } from "../../../../binding/packed.ts";
import { Kernel, type Snippet } from "../../../../kernel.ts";
import { Tensor } from "../../../../tensor.ts";
import { type RasterCamera, tileGrid } from "../camera.ts";
import type { TilePairs } from "../tiles/tile_pairs.ts";
import { tileSpanSnippet } from "../tiles/tile_span.ts";
import alphaSource from "./alpha.wgsl" with { type: "text" };
import reachSource from "./block_reach.wgsl" with { type: "text" };
import source from "./blend.wgsl" with { type: "text" };
import narrowSource from "./blend_narrow.wgsl" with { type: "text" };
import tileSource from "./blend_tile.wgsl" with { type: "text" };

/** `exponent` and the limits of blending. */
export const alphaSnippet: Snippet = {
  path: "gpu/ops/gaussian/rasterize/blend/alpha.wgsl",
  source: alphaSource,
};
/** `block_corner` and `block_reach`: which pixels a thread owns, and which threads a Gaussian concerns. */
export const reachSnippet: Snippet = {
  path: "gpu/ops/gaussian/rasterize/blend/block_reach.wgsl",
  source: reachSource,
};
const tileSnippet: Snippet = {
  path: "gpu/ops/gaussian/rasterize/blend/blend_tile.wgsl",
  source: tileSource,
};
const include = [tileSnippet, alphaSnippet, reachSnippet, tileSpanSnippet];
const blend = new Kernel("gpu/ops/gaussian/rasterize/blend/blend.wgsl", source, { include });
const narrow = new Kernel("gpu/ops/gaussian/rasterize/blend/blend_narrow.wgsl", narrowSource, {
  include,
});

/** What blending reads of each Gaussian, [n, 4] each. */
export interface SplatRecords {
  readonly places: Tensor;
  readonly shapes: Tensor;
  readonly colours: Tensor;
}

/** A picture and what walking back needs to know of it. */
export interface Blended {
  /** [3, height, width]. */
  readonly image: Tensor;
  /** [1, height, width]: sum of alpha T / depth, without the background. */
  readonly inverseDepth: Tensor;
  /** [height, width]: what the background shines through each pixel with. */
  readonly remaining: Tensor;
  /** u32 [height, width]: place in the tile's list, from 1, of the last Gaussian blended. */
  readonly depthOfList: Tensor;
}

/** Blends front to back; a pixel ends before the Gaussian that would leave less than 1e-4 of the light. */
export function blendTiles(
  { places, shapes, colours }: SplatRecords,
  { frame, owners, pairs, starts }: TilePairs,
  camera: RasterCamera,
  { background, tight }: { readonly background: readonly number[]; readonly tight: boolean },
): Blended {
  const { gpu } = places;
  const { width, height } = camera;
  const image = Tensor.empty(gpu, [3, height, width]);
  const inverseDepth = Tensor.empty(gpu, [1, height, width]);
  const remaining = Tensor.empty(gpu, [height, width]);
  const depthOfList = Tensor.empty(gpu, [height, width], "u32");
  const tiles = tileGrid(camera);
  const tensors = { frame, starts, pairs, owners, places, shapes, colours };
  const results = { image, inverse_depth: inverseDepth, remaining, depth_of_list: depthOfList };
  const uniforms = { background, size: [width, height], tiles };
  const work = { groups: tiles[0] * tiles[1] };
  const constants = { TIGHT: Number(tight) };
  if (blend.fits(gpu)) {
    blend.dispatch(gpu, { ...tensors, ...results }, uniforms, work, constants);
  } else {
    const room = roomFor(gpu, results);
    const { packed: pixels, at } = room;
    narrow.dispatch(gpu, { ...tensors, pixels }, { ...uniforms, ...at }, work, constants);
    unpack(room, results);
    pixels.release();
  }
  return { image, inverseDepth, remaining, depthOfList };
}
