import { Kernel } from "../../../../gpu/kernel.ts";
import { sum } from "../../../../gpu/ops/array/reduce/sum.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { noGradient, record } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { reduceSnippet } from "../../../../gpu/wgsl/reduce.ts";
import backwardSource from "./total_variation_backward.wgsl" with { type: "text" };
import forwardSource from "./total_variation.wgsl" with { type: "text" };

const forward = new Kernel(
  "model/splat/appearance/bilateral_grid/total_variation.wgsl",
  forwardSource,
  { include: [reduceSnippet] },
);
const backward = new Kernel(
  "model/splat/appearance/bilateral_grid/total_variation_backward.wgsl",
  backwardSource,
);

/** Workgroups that share the entries. */
const MOST_GROUPS = 256;

/**
 * How much grids [grids, channels, levels, rows, columns] change from node to node, one number: for each
 * of the three axes the mean square of the differences of neighbours, added up, and the mean over grids.
 */
export function totalVariation(grids: Tensor): Tensor {
  const sizes = checkShapes("totalVariation", {
    grids: [grids, "grids", "channels", "levels", "rows", "columns"],
  });
  const { gpu, size: count } = grids;
  const size = [sizes.columns, sizes.rows, sizes.levels] as const;
  const nodes = size[0] * size[1] * size[2];
  const weights = size.map((extent) => {
    const pairs = sizes.channels * nodes / extent * (extent - 1);
    return pairs ? 1 / (pairs * sizes.grids) : 0;
  });
  const groups = Math.max(1, Math.min(MOST_GROUPS, Math.ceil(count / 64)));
  const total = noGradient(gpu, () => {
    const partials = Tensor.empty(gpu, [groups]);
    forward.dispatch(
      gpu,
      { grids, partials },
      { size, count, weights, threads: 64 * groups },
      { groups },
    );
    return sum(partials);
  });
  return record("totalVariation", [grids], total, (dloss) => {
    const dgrids = Tensor.empty(gpu, grids.shape);
    backward.dispatch(gpu, { grids, dloss, dgrids }, { size, count, weights }, { threads: count });
    return [dgrids];
  });
}
