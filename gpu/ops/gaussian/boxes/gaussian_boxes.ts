import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import { type VoxelGrid, voxelsOf } from "../aggregate/voxel_grid.ts";
import source from "./gaussian_boxes.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/gaussian/boxes/gaussian_boxes.wgsl", source);

/**
 * The voxels that each Gaussian may touch: i32 [G, 6], lowest and highest cell, cut to the grid, from
 * means and scales [G, 3] in metres. The radius is ceil(scale * multiplier / cell) cells, at least
 * `smallest`, of the largest scale or, `perAxis`, of each local scale taken as a world extent.
 */
export function gaussianBoxes(
  means: Tensor,
  scales: Tensor,
  grid: VoxelGrid,
  { multiplier, smallest = 0, perAxis = false }: {
    readonly multiplier: number;
    readonly smallest?: number;
    readonly perAxis?: boolean;
  },
): Tensor {
  const { gaussians } = checkShapes("gaussianBoxes", {
    means: [means, "gaussians", 3],
    scales: [scales, "gaussians", 3],
  });
  voxelsOf("gaussianBoxes", grid);
  const { gpu } = means;
  const boxes = Tensor.empty(gpu, [gaussians, 6], "i32");
  kernel.dispatch(
    gpu,
    { means, scales, boxes },
    { ...grid, gaussians, multiplier, smallest },
    { threads: gaussians },
    { PER_AXIS: Number(perAxis) },
  );
  return boxes;
}
