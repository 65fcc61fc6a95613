import type { Snippet } from "../kernel.ts";
import plain from "./strided.wgsl" with { type: "text" };

/** `strided(k, ...)`: the place of element k in a tensor with other strides; override `rank`. */
export const stridedSnippet: Snippet = { path: "gpu/wgsl/strided.wgsl", source: plain };
