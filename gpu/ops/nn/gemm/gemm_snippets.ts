import type { Snippet } from "../../../kernel.ts";
import placeSource from "../../../wgsl/gemm_place.wgsl" with { type: "text" };
import registersSource from "../../../wgsl/gemm_registers.wgsl" with { type: "text" };
import rowsSource from "../../../wgsl/gemm_rows.wgsl" with { type: "text" };
import rowsSubgroupSource from "../../../wgsl/gemm_rows_subgroup.wgsl" with { type: "text" };
import storeSource from "../../../wgsl/gemm_store.wgsl" with { type: "text" };
import workgroupSource from "../../../wgsl/gemm_workgroup.wgsl" with { type: "text" };
import { activationSnippets } from "../activation.ts";
import type { Tiling } from "./gemm_plan.ts";

/** Stores a block of C with scale, bias, residual and activation. */
export const storeSnippet: Snippet = { path: "gpu/wgsl/gemm_store.wgsl", source: storeSource };

const shared: readonly Snippet[] = [
  { path: "gpu/wgsl/gemm_place.wgsl", source: placeSource },
  storeSnippet,
  ...activationSnippets,
];

const rows: Snippet = {
  path: "gpu/wgsl/gemm_rows.wgsl",
  source: rowsSource,
  native: {
    needs: "subgroups",
    path: "gpu/wgsl/gemm_rows_subgroup.wgsl",
    source: rowsSubgroupSource,
  },
};

/** What each tiling appends to a kernel that says how its operands are fetched. */
export const GEMM_SNIPPETS: Readonly<Record<Tiling, readonly Snippet[]>> = {
  registers: [{ path: "gpu/wgsl/gemm_registers.wgsl", source: registersSource }, rows, ...shared],
  workgroup: [{ path: "gpu/wgsl/gemm_workgroup.wgsl", source: workgroupSource }, ...shared],
};
