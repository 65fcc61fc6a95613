import { Kernel, type Snippet } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { record } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import cellSource from "./bilateral_cell.wgsl" with { type: "text" };
import forwardSource from "./bilateral_slice.wgsl" with { type: "text" };
import gridSource from "./bilateral_slice_backward_grid.wgsl" with { type: "text" };
import imageSource from "./bilateral_slice_backward_image.wgsl" with { type: "text" };
import nodeSource from "./bilateral_node.wgsl" with { type: "text" };

const node: Snippet = {
  path: "model/splat/appearance/bilateral_grid/bilateral_node.wgsl",
  source: nodeSource,
};
const cell: Snippet = {
  path: "model/splat/appearance/bilateral_grid/bilateral_cell.wgsl",
  source: cellSource,
};
const forward = new Kernel(
  "model/splat/appearance/bilateral_grid/bilateral_slice.wgsl",
  forwardSource,
  { include: [node, cell] },
);
const toImage = new Kernel(
  "model/splat/appearance/bilateral_grid/bilateral_slice_backward_image.wgsl",
  imageSource,
  { include: [node, cell] },
);
const toGrid = new Kernel(
  "model/splat/appearance/bilateral_grid/bilateral_slice_backward_grid.wgsl",
  gridSource,
  { include: [node] },
);

/** A picture through its grid. */
export interface BilateralSlice {
  /** [3, height, width]. */
  readonly image: Tensor;
  /** The maps [12, height, width], rows of 3x4 matrices; null unless asked for. */
  readonly affine: Tensor | null;
}

/**
 * The bilateral grid (Wang et al. 2024, "Bilateral Guided Radiance Field Processing"): each colour of a
 * picture [3, height, width] goes through the affine map that grid `index` of [grids, 12, levels, rows,
 * columns] has at the pixel's place and at its luminance 0.299 R + 0.587 G + 0.114 B, interpolated
 * between nodes; corners of picture and grid agree, and what lies beyond takes the border. `places`
 * [height, width, 2] in [0, 1] (x, y) stand in for the pixels' middles. Gradients go to the picture,
 * by the luminance too, and to the grid, summed in a fixed order.
 */
export function bilateralSlice(
  image: Tensor,
  grids: Tensor,
  index: number,
  { places = null, keepAffine = false }: {
    readonly places?: Tensor | null;
    readonly keepAffine?: boolean;
  } = {},
): BilateralSlice {
  const sizes = checkShapes("bilateralSlice", {
    image: [image, 3, "height", "width"],
    grids: [grids, "grids", 12, "levels", "rows", "columns"],
    places: [places ?? undefined, "height", "width", 2],
  });
  if (!(Number.isInteger(index) && index >= 0 && index < sizes.grids)) {
    throw new RangeError(
      `Cannot run bilateralSlice: grid ${index} is not one of 0 to ${sizes.grids - 1}`,
    );
  }
  const { gpu } = image;
  const { width, height, levels, rows, columns } = sizes;
  const pixels = width * height;
  const uniforms = {
    width,
    height,
    size: [columns, rows, levels],
    start: index * 12 * levels * rows * columns,
  };
  const PLACED = Number(places !== null);
  // A binding that this pipeline does not use needs a tensor all the same.
  const at = places ?? Tensor.empty(gpu, [2]);
  const y = Tensor.empty(gpu, image.shape);
  const affine = Tensor.empty(gpu, keepAffine ? [12, height, width] : [1]);
  forward.dispatch(
    gpu,
    { grids, image, places: at, y, affine },
    uniforms,
    { threads: pixels },
    { PLACED, KEEP: Number(keepAffine) },
  );
  record("bilateralSlice", [image, grids], y, (dy, needs) => {
    const dimage = needs[0] ? Tensor.empty(gpu, image.shape) : null;
    if (dimage) {
      toImage.dispatch(
        gpu,
        { grids, image, places: at, dy, dimage },
        uniforms,
        { threads: pixels },
        { PLACED },
      );
    }
    const dgrids = needs[1] ? Tensor.zeros(gpu, grids.shape) : null;
    if (dgrids) {
      toGrid.dispatch(
        gpu,
        { image, places: at, dy, dgrids },
        uniforms,
        { groups: levels * rows * columns },
        { PLACED },
      );
    }
    return [dimage, dgrids];
  });
  return { image: y, affine: keepAffine ? affine : null };
}
