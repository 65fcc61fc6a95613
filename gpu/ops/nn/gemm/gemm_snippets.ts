import type { Snippet } from "../../../kernel.ts";
import { activationSnippets } from "../activation.ts";
import placeSource from "./gemm_place.wgsl" with { type: "text" };
import type { Tiling } from "./gemm_plan.ts";
import rowsSource from "./gemm_rows.wgsl" with { type: "text" };
import rowsSubgroupSource from "./gemm_rows_subgroup.wgsl" with { type: "text" };
import storeSource from "./gemm_store.wgsl" with { type: "text" };
import workgroupSource from "./gemm_workgroup.wgsl" with { type: "text" };

/** Stores a block of C with scale, bias, residual and activation. */
export const storeSnippet: Snippet = {
  path: "gpu/ops/nn/gemm/gemm_store.wgsl",
  source: storeSource,
};

const shared: readonly Snippet[] = [
  { path: "gpu/ops/nn/gemm/gemm_place.wgsl", source: placeSource },
  storeSnippet,
  ...activationSnippets,
];

const rows: Snippet = {
  path: "gpu/ops/nn/gemm/gemm_rows.wgsl",
  source: rowsSource,
  native: {
    needs: "subgroups",
    path: "gpu/ops/nn/gemm/gemm_rows_subgroup.wgsl",
    source: rowsSubgroupSource,
  },
};

/** What each tiling appends to a kernel that says how its operands are fetched. */
export const GEMM_SNIPPETS: Readonly<Record<Tiling, readonly Snippet[]>> = {
  registers: [rows, ...shared],
  workgroup: [{ path: "gpu/ops/nn/gemm/gemm_workgroup.wgsl", source: workgroupSource }, ...shared],
};
