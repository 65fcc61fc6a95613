import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { occ3d } from "../../../../data/occ3d/task.ts";
import { projectPoint } from "../../../../data/occupancy/projection.ts";
import type { Sample } from "../../../../data/occupancy/sample.ts";
import { gridRange } from "../../../../data/occupancy/task.ts";
import { covariance } from "../../../../gpu/ops/gaussian/covariance.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { occ3dPresets } from "../../../../model/occupancy/gaussianformer/config/occ3d_presets.ts";
import {
  drawnConfig,
  drawnGaussians,
  drawnPoints,
  drawnSample,
  drawnVoxels,
  splatRange,
} from "../../../../model/occupancy/view/drawn_frame.ts";
import { assertClose, gpuTest, noise } from "../../../support.ts";

Deno.test("what is ahead of the car is drawn ahead, what is left of it to the left", () => {
  // Of 3 voxels along x and 2 along y: ahead on the left, and behind on the right.
  const labels = Uint8Array.of(0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0);
  const at = (i: number, j: number, k: number) => (i * 2 + j) * 2 + k;
  assertEquals([labels[at(0, 0, 1)], labels[at(2, 1, 0)]], [7, 4]);
  const drawn = drawnVoxels(labels, [3, 2, 2], occ3d);
  const there = (x: number, y: number, z: number) => drawn[(x * 3 + y) * 2 + z];
  // x is 0 on the left now, y is 2 ahead.
  assertEquals([there(0, 2, 0), there(1, 0, 1)], [4, 7]);
  assertEquals(drawnVoxels(labels, [3, 2, 2], surroundOcc), labels);
  assertEquals([...drawnPoints(Float32Array.of(5, 1, 2), occ3d)], [-1, 5, 2]);
});

Deno.test("a grid that is not even turns with its labels, and projections see the same", () => {
  const config = occ3dPresets["occ3d/demo"];
  const task = {
    ...occ3d,
    grid: { dims: [20, 10, 4] as const, voxel: 2, min: [0, -6, -1] as const },
  };
  const turned = drawnConfig({
    ...config,
    task,
    occupancy: { range: gridRange(task.grid), voxel: 2 },
  });
  assertEquals(turned.occupancy.range, [-14, 0, -1, 6, 40, 7]);
  assertEquals(gridRange(turned.task.grid), turned.occupancy.range);
  assertEquals([turned.task.grid.dims, turned.task.frame], [[10, 20, 4], "lidar"]);

  const projection = Float32Array.from(noise(1, 32, 0.5, 1));
  const labels = Uint8Array.from(noise(2, 800, 0, 17), Math.floor);
  const sample = { task, dims: [20, 10, 4], labels, mask: labels, projection } as unknown as Sample;
  const drawn = drawnSample(sample);
  assertEquals(drawn.dims, [10, 20, 4]);
  for (const camera of [0, 16]) {
    const here = projectPoint(projection.subarray(camera), [3, -2, 1]);
    const there = projectPoint(drawn.projection.subarray(camera), [2, 3, 1]);
    assertClose(Object.values(there), Object.values(here), { atol: 1e-6, rtol: 1e-5 });
  }
});

gpuTest("Gaussians turn with the points that they are made of", async (gpu) => {
  const count = 9;
  const gaussians = {
    means: Float32Array.from(noise(1, 3 * count, -9, 9)),
    scales: Float32Array.from(noise(2, 3 * count, 0.2, 2)),
    rotations: Float32Array.from(noise(3, 4 * count)),
    opacities: new Float32Array(0),
    semantics: new Float32Array(count),
    labels: [0],
  };
  const drawn = drawnGaussians(gaussians, occ3d);
  const of = ({ scales, rotations }: typeof gaussians) =>
    covariance(
      Tensor.from(gpu, scales, [count, 3]),
      Tensor.from(gpu, rotations, [count, 4]),
    ).read("f32"); // xx, yy, zz, xy, yz, xz
  const [before, after] = [await of(gaussians), await of(drawn as typeof gaussians)];
  for (let i = 0; i < 6 * count; i += 6) {
    const [xx, yy, zz, xy, yz, xz] = before.subarray(i, i + 6) as unknown as number[];
    // x is -y of before, y is x.
    assertClose(after.subarray(i, i + 6), [yy!, xx!, zz!, -xy!, xz!, -yz!], {
      atol: 1e-5,
      rtol: 1e-5,
    });
  }
  assertEquals(drawnGaussians(gaussians, surroundOcc), gaussians);
});

Deno.test("a task's grid in the frame of splat files holds the voxels that it holds", () => {
  // x ahead, y left, z up of the car: right is -y, down is -z, forward is x.
  const grid = { dims: [10, 20, 4], voxel: 0.5, min: [1, -3, -2] } as const;
  assertEquals(splatRange({ frame: "ego", grid }), [-7, 0, 1, 3, 2, 6]);
  // x right, y forward, z up of the lidar.
  assertEquals(splatRange({ frame: "lidar", grid }), [1, 0, -3, 6, 2, 7]);
});
