import type { AdapterName } from "../adapter.ts";
import type { Snippet } from "../kernel.ts";
import plain from "./row_reduce.wgsl" with { type: "text" };

/** `row_sum(value, lane)`, `row_largest(value, lane)` over LANES threads of a workgroup of 64. */
export const rowReduceSnippet: Snippet = { path: "gpu/wgsl/row_reduce.wgsl", source: plain };

/**
 * Threads to share a row: eight read a full 32-byte sector, long rows take a whole workgroup. A
 * processor in disguise pays 10 µs for the barriers of a workgroup, so there one thread does a row.
 */
export function lanesFor(gpu: { readonly name: AdapterName }, length: number): number {
  return length > 1024 ? 64 : gpu.name.software ? 1 : 8;
}
