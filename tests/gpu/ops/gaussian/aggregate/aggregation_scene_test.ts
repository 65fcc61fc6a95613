import { inverseCovariance } from "../../../../../gpu/ops/gaussian/covariance.ts";
import { gaussianBoxes } from "../../../../../gpu/ops/gaussian/boxes/gaussian_boxes.ts";
import { aggregateVoxels } from "../../../../../gpu/ops/gaussian/aggregate/aggregate_voxels.ts";
import { aggregateVoxelsProb } from "../../../../../gpu/ops/gaussian/aggregate/aggregate_voxels_prob.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { voxelCenters } from "../../../../reference/gaussian/aggregate_voxels.ts";
import { assertClose, type F64, gpuTest } from "../../../../support.ts";
import { aggregationScene, GRID } from "./aggregation_scene.ts";

// The two Gaussians of the specification, appendix B.3, on nuScenes' grid.
const WIDE = { size: [200, 200, 16], origin: [-50, -50, -5], cell: 0.5 } as const;
const VOXELS = [[100, 100, 7], [101, 99, 8], [99, 102, 6], [104, 100, 8], [120, 100, 7]];

function twoGaussians(gpu: Gpu, multiplier: number) {
  const means = Tensor.from(gpu, [0.3, 0.1, -1.2, 0.9, -0.35, -0.9], [2, 3]);
  const scales = Tensor.from(gpu, [0.5, 0.2, 0.1, 0.3, 0.6, 0.4], [2, 3]);
  const quaternions = Tensor.from(gpu, [0.8, 0.2, -0.4, 0.4, 1, 0, 0, 0.5], [2, 4]);
  const { inverse, density } = inverseCovariance(scales, quaternions);
  const points = VOXELS.flatMap((voxel) =>
    voxel.map((index, axis) => (index + 0.5) * 0.5 + WIDE.origin[axis]!)
  );
  return {
    gaussians: {
      means,
      inverseCovariance: inverse,
      density,
      opacities: Tensor.from(gpu, [0.7, 0.4]),
      semantics: Tensor.from(gpu, [1, 0, 0, 1], [2, 2]),
      boxes: gaussianBoxes(means, scales, WIDE, { multiplier }),
    },
    points: Tensor.from(gpu, points, [VOXELS.length, 3]),
  };
}

gpuTest("two Gaussians, probabilistic, on nuScenes' grid", async (gpu) => {
  const { gaussians, points } = twoGaussians(gpu, 4);
  const aggregation = aggregateVoxelsProb(gaussians, { grid: WIDE, points });
  const semantics = await aggregation.semantics.read("f32");
  assertClose(await aggregation.occupancy.read(), [0.6795299, 0.7898849, 0, 0.0285724, 0], {
    rtol: 1e-6,
    atol: 1e-7,
  });
  assertClose([(await aggregation.density.read("f32"))[0]!], [0.6861714], { rtol: 1e-6 });
  assertClose([(await aggregation.probability.read("f32"))[0]!], [3.009546], { rtol: 1e-6 });
  assertClose(semantics.subarray(0, 2), [0.9988491, 0.0011509], { atol: 1e-7 });
  // In both boxes, but next to nothing of either: even; and in no box at all.
  assertClose(semantics.subarray(4, 6), [0.5, 0.5], { atol: 0 });
  assertClose(semantics.subarray(8, 10), [0.5, 0.5], { atol: 0 });
});

gpuTest("two Gaussians, additive, on nuScenes' grid", async (gpu) => {
  const { gaussians, points } = twoGaussians(gpu, 3);
  const logits = await aggregateVoxels(gaussians, { grid: WIDE, points }).read("f32");
  assertClose(logits.subarray(0, 2), [0.4734462, 0.0039279], { atol: 1e-7 });
  assertClose(logits.subarray(2, 4), [0, 0.315954], { atol: 1e-7 });
  assertClose(logits.subarray(6, 8), [0, 0.011429], { atol: 1e-7 });
  assertClose(logits.subarray(8, 10), [0, 0], { atol: 0 });
});

gpuTest("an aggregation is the same on the grid and at the voxels' centres", async (gpu) => {
  const upload = ({ data, shape }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);
  const { boxes, ...scene } = aggregationScene(67, 17);
  const [means, inverse, density, opacities, semantics] = Object.values(scene).map(upload);
  const inputs = {
    means: means!,
    inverseCovariance: inverse!,
    density: density!,
    opacities: opacities!,
    semantics: semantics!,
    boxes: Tensor.from(gpu, Int32Array.from(boxes.data), boxes.shape),
  };
  const grid = aggregateVoxelsProb(inputs, { grid: GRID });
  const points = aggregateVoxelsProb(inputs, { grid: GRID, points: upload(voxelCenters(GRID)) });
  for (const part of ["semantics", "occupancy", "density", "probability"] as const) {
    assertClose(await points[part].read(), await grid[part].read("f32"), {
      atol: 1e-6,
      rtol: 1e-6,
    });
  }
});
