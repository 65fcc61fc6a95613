import { Kernel } from "../../../gpu/kernel.ts";
import { checkShapes } from "../../../gpu/shape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import source from "./anchor_cells.wgsl" with { type: "text" };
import { type AnchorRanges, rangeUniforms } from "./anchor.ts";
import { safeSigmoidSnippet } from "./safe_sigmoid.ts";

const kernel = new Kernel("model/occupancy/anchor/anchor_cells.wgsl", source, {
  include: [safeSigmoidSnippet],
});

/**
 * Cells i32 [G, 3] (x, y, z) that the means of anchors [G, width] lie in, counted from the low corner
 * of the range in cubes of `edge` metres. Positions of anchors are always inside the range.
 */
export function anchorCells(
  anchor: Tensor,
  { edge, ...ranges }: AnchorRanges & { readonly edge: number },
): Tensor {
  const { gaussians, width } = checkShapes("anchorCells", {
    anchor: [anchor, "gaussians", "width"],
  });
  if (width < 3) {
    throw new RangeError(
      `Cannot run anchorCells: the anchors have ${width} columns, at least 3 are needed`,
    );
  }
  const cells = Tensor.empty(anchor.gpu, [gaussians, 3], "i32");
  const { low, range } = rangeUniforms(ranges);
  kernel.dispatch(anchor.gpu, { anchor, cells }, { gaussians, width, edge, low, range }, {
    threads: gaussians,
  });
  return cells;
}
