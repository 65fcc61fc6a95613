import { aggregateVoxels } from "../../../../../gpu/ops/gaussian/aggregate/aggregate_voxels.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  aggregateVoxels as reference,
  cellsOf,
  voxelCenters,
} from "../../../../reference/gaussian/aggregate_voxels.ts";
import { checkOp, gpuTest, narrowToo, noiseArray } from "../../../../support.ts";
import { aggregationScene, GRID, scatteredPoints } from "./aggregation_scene.ts";

for (const [gaussians, channels, scattered] of [[1, 1, 0], [67, 18, 0], [40, 18, 131]] as const) {
  const where = scattered ? `at ${scattered} points` : "on the grid";
  narrowToo(`aggregateVoxels of ${gaussians} with ${channels} channels ${where}`, (gpu) => {
    const { boxes, density: _, ...scene } = aggregationScene(gaussians, channels);
    const points = scattered ? scatteredPoints(scattered) : voxelCenters(GRID);
    const cells = cellsOf(points, GRID);
    const box = Tensor.from(gpu, Int32Array.from(boxes.data), boxes.shape);
    const places = scattered
      ? { grid: GRID, points: Tensor.from(gpu, Float32Array.from(points.data), points.shape) }
      : { grid: GRID };
    return checkOp(gpu, {
      inputs: Object.values(scene),
      op: (means, inverseCovariance, opacities, semantics) =>
        aggregateVoxels(
          { means, inverseCovariance, opacities, semantics, boxes: box },
          places,
        ),
      reference: (means, inverseCovariance, opacities, semantics) =>
        reference({ means, inverseCovariance, opacities, semantics, boxes }, points, cells),
      step: 1e-6,
    });
  });
}

for (const scattered of [0, 40]) {
  gpuTest(`aggregateVoxels with an empty Gaussian${scattered ? " at points" : ""}`, (gpu) => {
    const { boxes, density: _, ...scene } = aggregationScene(5, 6);
    const points = scattered ? scatteredPoints(scattered) : voxelCenters(GRID);
    const cells = cellsOf(points, GRID);
    const box = Tensor.from(gpu, Int32Array.from(boxes.data), boxes.shape);
    const empty = { mean: [0.5, 0, -1], scale: [3, 2, 1], channel: 4 } as const;
    const places = scattered
      ? { grid: GRID, points: Tensor.from(gpu, Float32Array.from(points.data), points.shape) }
      : { grid: GRID };
    return checkOp(gpu, {
      inputs: [...Object.values(scene), noiseArray(9, [1])],
      op: (means, inverseCovariance, opacities, semantics, value) =>
        aggregateVoxels(
          { means, inverseCovariance, opacities, semantics, boxes: box },
          { ...places, empty: { ...empty, value } },
        ),
      reference: (means, inverseCovariance, opacities, semantics, value) => {
        const y = reference(
          { means, inverseCovariance, opacities, semantics, boxes },
          points,
          cells,
        );
        for (let n = 0; n < points.shape[0]!; n++) {
          const power = empty.mean.reduce<number>(
            (sum, mean, axis) =>
              sum - 0.5 * ((mean - points.data[3 * n + axis]!) / empty.scale[axis]!) ** 2,
            0,
          );
          y.data[6 * n + 4]! += value.data[0] * Math.exp(power);
        }
        return y;
      },
      step: 1e-6,
    });
  });
}
