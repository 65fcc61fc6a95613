import { splatVoxels } from "../../../../gpu/ops/gaussian/splat_voxels.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import {
  cellsOf,
  splatVoxels as reference,
  voxelCenters,
} from "../../../reference/splat_voxels.ts";
import { checkOp, gpuTest } from "../../../support.ts";
import { GRID, scatteredPoints, splatScene } from "./splat_scene.ts";

for (const [gaussians, channels, scattered] of [[1, 1, 0], [67, 18, 0], [40, 18, 131]] as const) {
  const where = scattered ? `at ${scattered} points` : "on the grid";
  gpuTest(`splatVoxels of ${gaussians} with ${channels} channels ${where}`, (gpu) => {
    const { boxes, density: _, ...scene } = splatScene(gaussians, channels);
    const points = scattered ? scatteredPoints(scattered) : voxelCenters(GRID);
    const cells = cellsOf(points, GRID);
    const box = Tensor.from(gpu, Int32Array.from(boxes.data), boxes.shape);
    const places = scattered
      ? { grid: GRID, points: Tensor.from(gpu, Float32Array.from(points.data), points.shape) }
      : { grid: GRID };
    return checkOp(gpu, {
      inputs: Object.values(scene),
      op: (means, inverseCovariance, opacities, semantics) =>
        splatVoxels(
          { means, inverseCovariance, opacities, semantics, boxes: box },
          places,
        ),
      reference: (means, inverseCovariance, opacities, semantics) =>
        reference({ means, inverseCovariance, opacities, semantics, boxes }, points, cells),
      step: 1e-6,
    });
  });
}
