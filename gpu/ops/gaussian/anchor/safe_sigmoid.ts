import type { Snippet } from "../../../kernel.ts";
import source from "./safe_sigmoid.wgsl" with { type: "text" };

/** `safe_sigmoid`, `safe_logit` and their slopes. */
export const safeSigmoidSnippet: Snippet = {
  path: "gpu/ops/gaussian/anchor/safe_sigmoid.wgsl",
  source,
};
