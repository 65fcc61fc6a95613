import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import { type VoxelGrid, voxelsOf } from "../aggregate/voxel_grid.ts";
import source from "./superquadric_boxes.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/gaussian/boxes/superquadric_boxes.wgsl", source);

/**
 * The voxels in which a superquadric's exponent can stay below `cut`: i32 [G, 6], lowest and highest
 * cell, cut to the grid. Tighter than the published cube of the largest scale (`gaussianBoxes`), which
 * ends where p is still up to 0.22 for v = 2.
 */
export function superquadricBoxes(
  { means, rotations, scales, exponents }: Readonly<
    Record<"means" | "rotations" | "scales" | "exponents", Tensor>
  >,
  grid: VoxelGrid,
  { cut = 30 }: { readonly cut?: number } = {},
): Tensor {
  const { count } = checkShapes("superquadricBoxes", {
    means: [means, "count", 3],
    rotations: [rotations, "count", 9],
    scales: [scales, "count", 3],
    exponents: [exponents, "count", 2],
  });
  voxelsOf("superquadricBoxes", grid);
  const boxes = Tensor.empty(means.gpu, [count, 6], "i32");
  kernel.dispatch(
    means.gpu,
    { means, rotations, scales, exponents, boxes },
    { ...grid, count, cut },
    { threads: count },
  );
  return boxes;
}
