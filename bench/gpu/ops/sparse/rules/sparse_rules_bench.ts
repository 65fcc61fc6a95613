import type { Gpu } from "../../../../../gpu/device.ts";
import { sparseRules } from "../../../../../gpu/ops/sparse/rules/sparse_rules.ts";
import { cellsOf, GRID, PLANES, type Planes, SMALL_PLANES, TINY_PLANE } from "../conv/planes.ts";

/** Hashing the cells and finding all pairs of a kernel of 5^3 taps. */
export const cases = [{
  name: "sparse_rules",
  sizes: PLANES,
  small: SMALL_PLANES,
  tiny: TINY_PLANE,
  run(gpu: Gpu, size: Planes): () => void {
    const cells = cellsOf(gpu, size);
    return () => {
      using _scope = gpu.scope();
      sparseRules(cells, GRID);
    };
  },
}];
