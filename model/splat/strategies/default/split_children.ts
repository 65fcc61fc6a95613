import { Kernel } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import { quaternionSnippet } from "../../../../gpu/wgsl/quaternion.ts";
import { inRows } from "../../../../gpu/binding/rows.ts";
import source from "./split_children.wgsl" with { type: "text" };

const kernel = new Kernel("model/splat/strategies/default/split_children.wgsl", source, {
  include: [quaternionSnippet],
});

/**
 * Turns the last rows of Gaussians, as many as there are rows of noise [c, 3], from copies of their
 * parents into children, in place: drawn from the parent, and smaller than it by 1.6.
 */
export function splitChildren(
  { means, logScales, rotations }: {
    readonly means: Tensor;
    /** Logarithms of standard deviations [n, 3]. */
    readonly logScales: Tensor;
    /** Quaternions [n, 4], w x y z, of any length. */
    readonly rotations: Tensor;
  },
  noise: Tensor,
): void {
  const { n, children } = checkShapes("splitChildren", {
    means: [means, "n", 3],
    logScales: [logScales, "n", 3],
    rotations: [rotations, "n", 4],
    noise: [noise, "children", 3],
  });
  if (children > n) {
    throw new RangeError(
      `Cannot run splitChildren: ${children} rows of noise for ${n} Gaussians, at most one each`,
    );
  }
  const { gpu } = means;
  const start = n - children;
  inRows(n, { means, log_scales: logScales, rotations }, (pieces, rows, from) => {
    const first = Math.max(0, start - from);
    if (first >= rows) return;
    const count = rows - first;
    const draw = from + first - start;
    kernel.dispatch(gpu, { ...pieces, noise }, { first, count, draw }, { threads: count });
  });
}
