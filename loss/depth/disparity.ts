import { inElements } from "../../gpu/binding/rows.ts";
import { multiply } from "../../gpu/ops/array/elementwise/binary.ts";
import { negate, square } from "../../gpu/ops/array/elementwise/unary.ts";
import { Kernel } from "../../gpu/kernel.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import source from "./disparity.wgsl" with { type: "text" };

const kernel = new Kernel("loss/depth/disparity.wgsl", source);

/**
 * 1 / depth where the depth is above `least`, by magnitude where `either` sign will do, else 0, and so is
 * the gradient: a pixel that nothing is drawn in has none.
 */
export function disparity(
  depth: Tensor,
  { least = 0, either = false }: { readonly least?: number; readonly either?: boolean } = {},
): Tensor {
  const { gpu } = depth;
  const y = Tensor.empty(gpu, depth.shape);
  inElements({ x: depth, y }, (pieces, count) => {
    kernel.dispatch(gpu, pieces, { count, least, either: Number(either) }, { threads: count });
  });
  return record("disparity", [depth], y, (dy) => [multiply(dy, negate(square(y)))]);
}
