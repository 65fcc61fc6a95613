import type { Snippet } from "../../../../gpu/kernel.ts";
import source from "./homography.wgsl" with { type: "text" };

/** The map of chromaticities from four latent offsets, and how these spread. */
export const homography: Snippet = {
  path: "model/splat/appearance/ppisp/homography.wgsl",
  source,
};
