import type { Snippet } from "../kernel.ts";
import plain from "./reduce.wgsl" with { type: "text" };

/** `workgroup_sum(value, lane)` for workgroups of 64 threads; the result reaches all of them. */
export const reduceSnippet: Snippet = { path: "gpu/wgsl/reduce.wgsl", source: plain };
