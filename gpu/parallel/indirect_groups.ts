import { Kernel } from "../kernel.ts";
import { Tensor } from "../tensor.ts";
import source from "./indirect_groups.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/parallel/indirect_groups.wgsl", source);

/** How items become workgroups. */
export interface GroupOptions {
  /** Items that one workgroup handles. */
  readonly perGroup?: number;
  /** Which value of the counts to take. */
  readonly at?: number;
  /** Splits the items into so many runs of `perChunk` items, with workgroups for each. */
  readonly chunks?: number;
  /** Items of a run. */
  readonly perChunk?: number;
}

/**
 * Workgroups for as many items as the GPU has counted, u32 [chunks, 3] for `{ indirect, offset }`.
 * Kernels see them as two dimensions, possibly with a few workgroups too many.
 */
export function indirectGroups(
  counts: Tensor,
  { perGroup = 1, at = 0, chunks = 1, perChunk = 0xffffffff }: GroupOptions = {},
): Tensor {
  const { gpu } = counts;
  const groups = Tensor.empty(gpu, [chunks, 3], "u32");
  kernel.dispatch(gpu, { counts, groups_out: groups }, {
    at,
    items_per_group: perGroup,
    items_per_chunk: perChunk,
    chunks,
    max_groups: gpu.limits.maxComputeWorkgroupsPerDimension,
  }, { threads: chunks });
  return groups;
}
