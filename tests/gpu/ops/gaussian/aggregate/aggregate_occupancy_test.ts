import { assertEquals } from "@std/assert";
import { aggregateOccupancy } from "../../../../../gpu/ops/gaussian/aggregate/aggregate_occupancy.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  cellsOf,
  eachPair,
  voxelCenters,
} from "../../../../reference/gaussian/aggregate_voxels.ts";
import { assertClose, type F64, gpuTest } from "../../../../support.ts";
import { aggregationScene, GRID, scatteredPoints } from "./aggregation_scene.ts";

for (const [gaussians, channels, scattered] of [[1, 1, 0], [60, 3, 0], [60, 3, 150]] as const) {
  const where = scattered ? `at ${scattered} points` : "on the grid";
  gpuTest(`aggregateOccupancy of ${gaussians} with ${channels} channels ${where}`, async (gpu) => {
    const { boxes, ...scene } = aggregationScene(gaussians, channels);
    const upload = ({ data, shape }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);
    const points = scattered ? scatteredPoints(scattered) : voxelCenters(GRID);
    const y = aggregateOccupancy(
      {
        means: upload(scene.means),
        inverseCovariance: upload(scene.inverseCovariance),
        density: upload(scene.density),
        opacities: upload(scene.opacities),
        semantics: upload(scene.semantics),
        boxes: Tensor.from(gpu, Int32Array.from(boxes.data), boxes.shape),
      },
      scattered ? { grid: GRID, points: upload(points) } : { grid: GRID },
    );
    const count = points.shape[0]!;
    const passing = new Float64Array(count).fill(1);
    const total = new Float64Array(count);
    const mixed = new Float64Array(count * channels);
    eachPair({ ...scene, boxes }, points, cellsOf(points, GRID), (n, g, e) => {
      const opacity = scene.opacities.data[g]!;
      passing[n]! *= 1 - opacity * e;
      const weight = (2 * Math.PI) ** -1.5 * scene.density.data[g]! * opacity * e;
      total[n]! += weight;
      for (let c = 0; c < channels; c++) {
        mixed[n * channels + c]! += weight * scene.semantics.data[g * channels + c]!;
      }
    });
    assertClose(await y.occupancy.read("f32"), passing.map((value) => 1 - value), { atol: 1e-6 });
    assertClose(await y.probability.read("f32"), total, { atol: 1e-6, rtol: 1e-5 });
    const expected = mixed.map((value, i) => {
      const sum = total[Math.floor(i / channels)]!;
      return sum > 1e-9 ? value / sum : 0;
    });
    assertClose(await y.semantics.read("f32"), expected, { atol: 1e-5, rtol: 1e-5 });
  });
}

gpuTest("aggregateOccupancy of nothing is nothing", async (gpu) => {
  const y = aggregateOccupancy({
    means: Tensor.zeros(gpu, [0, 3]),
    inverseCovariance: Tensor.zeros(gpu, [0, 6]),
    density: Tensor.zeros(gpu, [0]),
    opacities: Tensor.zeros(gpu, [0]),
    semantics: Tensor.zeros(gpu, [0, 3]),
    boxes: Tensor.zeros(gpu, [0, 6], "i32"),
  }, { grid: { size: [2, 1, 1], origin: [0, 0, 0], cell: 1 } });
  assertEquals([...await y.occupancy.read()], [0, 0]);
  assertEquals([...await y.semantics.read()], [0, 0, 0, 0, 0, 0]);
});
