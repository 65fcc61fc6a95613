import type { Snippet } from "../kernel.ts";
import plain from "./workgroup_scan.wgsl" with { type: "text" };
import subgroup from "./workgroup_scan_subgroup.wgsl" with { type: "text" };

/** `workgroup_scan(value, lane)` for workgroups of 256 threads: exclusive prefix and total, in u32. */
export const workgroupScanSnippet: Snippet = {
  path: "gpu/wgsl/workgroup_scan.wgsl",
  source: plain,
  native: {
    needs: "subgroups",
    path: "gpu/wgsl/workgroup_scan_subgroup.wgsl",
    source: subgroup,
  },
};
