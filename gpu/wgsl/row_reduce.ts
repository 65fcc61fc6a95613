import type { Tuning } from "../tuning.ts";
import type { Snippet } from "../kernel.ts";
import plain from "./row_reduce.wgsl" with { type: "text" };

/** `row_sum(value, lane)`, `row_largest(value, lane)` over LANES threads of a workgroup of 64. */
export const rowReduceSnippet: Snippet = { path: "gpu/wgsl/row_reduce.wgsl", source: plain };

/** Threads to share a row: a long one takes a whole workgroup. */
export function lanesFor(gpu: { readonly tuning: Tuning }, length: number): number {
  return length > 1024 ? 64 : gpu.tuning.rowLanes;
}
