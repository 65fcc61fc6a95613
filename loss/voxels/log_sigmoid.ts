import type { Snippet } from "../../gpu/kernel.ts";
import source from "./log_sigmoid.wgsl" with { type: "text" };

/** `sigmoid(x)` and `log_sigmoid(x)`. */
export const logSigmoidSnippet: Snippet = { path: "loss/voxels/log_sigmoid.wgsl", source };
