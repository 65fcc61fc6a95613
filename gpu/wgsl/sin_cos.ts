import type { Snippet } from "../kernel.ts";
import source from "./sin_cos.wgsl" with { type: "text" };

/** `sin_cos(angle)`: sine and cosine that agree on all adapters. */
export const sinCosSnippet: Snippet = { path: "gpu/wgsl/sin_cos.wgsl", source };
