import type { Snippet } from "../../../../kernel.ts";
import source from "./tile_span.wgsl" with { type: "text" };

/** `tile_rect`, `ellipse_of` and `tile_span`: which tiles a Gaussian is listed in. */
export const tileSpanSnippet: Snippet = {
  path: "gpu/ops/gaussian/rasterize/tiles/tile_span.wgsl",
  source,
};
