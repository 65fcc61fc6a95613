import { assertEquals } from "@std/assert";
import { lookAt } from "../../../../gpu/ops/gaussian/rasterize/camera_pose.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { DistanceField } from "../../../../model/splat/mesh/distance_field.ts";
import { integrateView } from "../../../reference/splat/integrate.ts";
import { assertClose, gpuTest, noise } from "../../../support.ts";

const GRID = { dims: [7, 5, 6], origin: [-0.7, -0.5, -0.6], voxelSize: 0.2 } as const;

gpuTest("views are fused voxel by voxel as the reference does", async (gpu) => {
  const [width, height] = [23, 17];
  const field = new DistanceField(gpu, GRID, 0.5);
  const voxels = 7 * 5 * 6;
  const sums = { distances: new Float64Array(2 * voxels), colours: new Float64Array(4 * voxels) };
  for (
    const [i, position] of ([[0.3, -0.2, -3], [2.6, 0.4, 0.7], [0.1, 0.05, 0.3]] as const).entries()
  ) {
    const camera = lookAt({ width, height, position, target: [0, 0, 0], fieldOfView: 0.7 });
    const pixels = width * height;
    // Empty, thin and solid pixels.
    const remaining = Float32Array.from(noise(5 + i, pixels, -0.5, 1.4)).map((value) =>
      Math.min(1, Math.max(0, value))
    );
    const depths = noise(15 + i, pixels, 2, 4);
    const inverseDepth = remaining.map((left, at) => (1 - left) / depths[at]!);
    const image = Float32Array.from(noise(25 + i, 3 * pixels, 0, 1));
    using _scope = gpu.scope();
    field.integrate({
      image: Tensor.from(gpu, image, [3, height, width]),
      inverseDepth: Tensor.from(gpu, inverseDepth, [1, height, width]),
      remaining: Tensor.from(gpu, remaining, [height, width]),
      camera,
    });
    integrateView(sums, { ...GRID, truncation: 0.5 }, { image, inverseDepth, remaining, camera });
  }
  const { distances, colours, ...grid } = await field.read({ least: 2 });
  field.release();
  assertEquals(grid, GRID);
  const known = [...distances].map((value) => !Number.isNaN(value));
  assertEquals(known, known.map((_, i) => sums.distances[2 * i + 1]! >= 2));
  assertClose(
    distances.map((value) => value || 0),
    Float64Array.from(
      known,
      (is, i) => is ? sums.distances[2 * i]! / sums.distances[2 * i + 1]! : 0,
    ),
    { atol: 1e-4, rtol: 1e-4 },
  );
  assertClose(
    colours,
    Float64Array.from({ length: 3 * voxels }, (_, at) => {
      const [i, c] = [Math.floor(at / 3), at % 3];
      const of = sums.colours[4 * i + 3]!;
      return of ? Math.min(255, 255 * sums.colours[4 * i + c]! / of) : 0;
    }),
    { atol: 0.51, rtol: 0 },
  );
});
