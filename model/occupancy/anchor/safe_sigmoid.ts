import type { Snippet } from "../../../gpu/kernel.ts";
import source from "./safe_sigmoid.wgsl" with { type: "text" };

/** `safe_sigmoid`, `safe_logit` and their slopes. */
export const safeSigmoidSnippet: Snippet = {
  path: "model/occupancy/anchor/safe_sigmoid.wgsl",
  source,
};
