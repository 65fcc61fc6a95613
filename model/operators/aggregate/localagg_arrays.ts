import type { Gpu } from "../../../gpu/device.ts";
import type { AggregationPlaces } from "../../../gpu/ops/gaussian/aggregate/aggregation.ts";
import type { VoxelGrid } from "../../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { type Arrays, type ArraySpec, fewNumbers, type HostArray, upload } from "../operator.ts";

/** Arrays that all operators of aggregation read. */
export const AGGREGATION_ARRAYS: Readonly<Record<string, ArraySpec>> = {
  pts: { axes: ["points", 3] },
  points_int: { axes: ["points", 3], integer: true },
  means: { axes: ["gaussians", 3] },
  means_int: { axes: ["gaussians", 3], integer: true },
  opacities: { axes: ["gaussians"] },
  semantics: { axes: ["gaussians", "channels"] },
  cov6: { axes: ["gaussians", 6] },
  radii: { axes: ["gaussians"], integer: true },
  grid: { axes: [3], integer: true },
  pc_min: { axes: [3] },
  grid_size: { axes: [1] },
  // Boxes and inverse covariances were made of these.
  scales: { axes: ["gaussians", 3], optional: true },
  rotations: { axes: ["gaussians", 4], optional: true },
  scale_multiplier: { axes: [1], optional: true },
  radii_min: { axes: [1], optional: true },
};

/** The voxel grid that `grid`, `pc_min` and `grid_size` describe. */
export function gridOf({ grid, pc_min, grid_size }: Arrays): VoxelGrid {
  const [x = 0, y = 0, z = 0] = fewNumbers(grid!);
  const [ox = 0, oy = 0, oz = 0] = fewNumbers(pc_min!);
  return { size: [x, y, z], origin: [ox, oy, oz], cell: grid_size!.data[0]! };
}

/** The points, each with its cell. */
export function placesOf(gpu: Gpu, inputs: Arrays): AggregationPlaces {
  return {
    grid: gridOf(inputs),
    points: upload(gpu, inputs.pts!),
    cells: upload(gpu, inputs.points_int!, "i32"),
  };
}

/** Lowest and highest cell of each Gaussian [G, 6] within a radius, [G] or [G, 3], cut to the grid. */
export function boxesOf(cells: HostArray, radii: HostArray, { size }: VoxelGrid): Int32Array {
  const gaussians = cells.shape[0]!;
  const axes = radii.shape[1] ?? 1;
  const boxes = new Int32Array(6 * gaussians);
  for (let g = 0; g < gaussians; g++) {
    for (let axis = 0; axis < 3; axis++) {
      const radius = radii.data[axes * g + axis % axes]!;
      const cell = cells.data[3 * g + axis]!;
      boxes[6 * g + axis] = Math.max(0, cell - radius);
      boxes[6 * g + 3 + axis] = Math.min(size[axis]! - 1, cell + radius);
    }
  }
  return boxes;
}

/** Uploads boxes, and counts their voxels: each Gaussian's and all. */
export function boxOutputs(gpu: Gpu, boxes: Int32Array): {
  boxes: Tensor;
  outputs: Record<"num_rendered" | "tiles_touched", HostArray>;
} {
  const gaussians = boxes.length / 6;
  const touched = new Int32Array(gaussians);
  for (let g = 0; g < gaussians; g++) {
    touched[g] = [0, 1, 2].reduce(
      (volume, axis) => volume * Math.max(0, boxes[6 * g + 3 + axis]! - boxes[6 * g + axis]! + 1),
      1,
    );
  }
  const all = touched.reduce((sum, count) => sum + count, 0);
  return {
    boxes: Tensor.from(gpu, boxes, [gaussians, 6]),
    outputs: {
      num_rendered: { shape: [1], data: Int32Array.of(all) },
      tiles_touched: { shape: [gaussians], data: touched },
    },
  };
}

/**
 * The gradients under their keys, and again as `true_grad_*`: with several points in a voxel the
 * original counts one of them only, and its files hold the sum over all as the true gradient.
 */
export function gradientOutputs(
  gradients: Readonly<Record<string, HostArray>>,
): Record<string, HostArray> {
  return Object.fromEntries(
    Object.entries(gradients).flatMap(([name, array]) => [
      [`grad_${name}`, array],
      [`true_grad_${name}`, array],
    ]),
  );
}
