import { assert, assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import type { RgbPicture } from "../../../../data/pictures/picture.ts";
import { pixelOf } from "../../../../model/occupancy/view/ground.ts";
import { gaussianSplats } from "../../../../model/occupancy/view/gaussian_splats.ts";
import {
  errorMap,
  splatPicture,
  voxelPicture,
} from "../../../../model/occupancy/view/occupancy_view.ts";
import { birdsEyeOf, viewFrom } from "../../../../model/occupancy/view/view_cameras.ts";
import { gpuTest } from "../../../support.ts";

const RANGE = [-50, -50, -5, 50, 50, 3];
const GRID = { dims: [50, 50, 4], origin: [-50, -50, -5], cell: 2 } as const;

/** Middle of what is not the colour of the first pixel, in pixels. */
function middleOf({ width, data }: RgbPicture) {
  let [count, x, y] = [0, 0, 0];
  for (let i = 0; i < data.length / 3; i++) {
    const weight = Math.abs(data[3 * i]! - data[0]!);
    count += weight;
    x += weight * (i % width + 0.5);
    y += weight * Math.floor(i / width);
  }
  return { x: x / count, y: y / count, count };
}

// Free space past the colours is not drawn.
const palette = surroundOcc.palette.slice(0, 17);

gpuTest("a voxel and a Gaussian in its place are seen at the same place", async (gpu) => {
  for (
    const camera of [
      viewFrom({}, { width: 320, height: 180, range: RANGE }),
      birdsEyeOf(RANGE, 160),
    ]
  ) {
    for (const [x, y, z] of [[12, 40, 1], [33, 20, 2]] as const) {
      const labels = new Uint8Array(50 * 50 * 4).fill(17);
      labels[(x * 50 + y) * 4 + z] = 4;
      const voxel = middleOf(await voxelPicture(gpu, labels, { grid: GRID, camera, palette }));
      const semantics = new Float32Array(17);
      semantics[4] = 1;
      const splats = gaussianSplats({
        means: Float32Array.of(-50 + 2 * x + 1, -50 + 2 * y + 1, -5 + 2 * z + 1),
        scales: Float32Array.of(0.6, 0.6, 0.6),
        rotations: Float32Array.of(1, 0, 0, 0),
        opacities: Float32Array.of(0.9),
        semantics,
        labels: surroundOcc.classes.map((_, label) => label).slice(0, 17),
      }, surroundOcc);
      const splat = middleOf(await splatPicture(gpu, splats, camera));
      assert(voxel.count > 0 && splat.count > 0);
      const away = Math.hypot(voxel.x - splat.x, voxel.y - splat.y);
      assert(away < 1, `${away} pixels apart`); // a voxel is 3 to 5 pixels wide
      // Right of the car is right in the picture, and what is ahead is further up.
      const [u, v] = pixelOf([0, 0, -5 + 2 * z + 1], camera)!;
      assertEquals([voxel.x > u, voxel.y < v], [x > 25, y > 25]);
    }
  }
});

gpuTest("without Gaussians the picture is white", async (gpu) => {
  const none = new Float32Array(0);
  const splats = gaussianSplats({
    means: none,
    scales: none,
    rotations: none,
    opacities: none,
    semantics: none,
    labels: [],
  }, surroundOcc);
  const { data } = await splatPicture(gpu, splats, birdsEyeOf(RANGE, 8));
  assertEquals(data.every((byte) => byte === 255), true);
});

Deno.test("an error map tells right, missed, invented and wrong voxels apart", () => {
  const truth = [17, 4, 4, 17, 4, 0];
  const prediction = [17, 4, 17, 4, 11, 4];
  assertEquals([...errorMap(truth, prediction, surroundOcc)], [255, 0, 1, 2, 3, 255]);
  // Another task: free space is 0, and 9 says nothing.
  const other = { empty: 0, ignored: [9] };
  assertEquals([...errorMap([0, 4, 4, 0, 4, 9], [0, 4, 0, 4, 11, 4], other)], [
    255,
    0,
    1,
    2,
    3,
    255,
  ]);
});
