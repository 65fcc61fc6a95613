import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { covariance } from "../../../../gpu/ops/gaussian/covariance.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import {
  type GaussianArrays,
  gaussianSplats,
} from "../../../../model/occupancy/view/gaussian_splats.ts";
import { sigmoid } from "../../../../data/splats/activation.ts";
import { assertClose, gpuTest, noise } from "../../../support.ts";

const LABELS = surroundOcc.classes.map((_, label) => label);

function randomGaussians(count: number): GaussianArrays {
  const draw = (seed: number, size: number, low: number, high: number) =>
    Float32Array.from(noise(seed, size, low, high));
  return {
    means: draw(1, 3 * count, -40, 40),
    scales: draw(2, 3 * count, 0.1, 3),
    rotations: draw(3, 4 * count, -1, 1),
    opacities: draw(4, count, 0.01, 0.99),
    semantics: draw(5, 17 * count, 0, 1),
    labels: LABELS.slice(0, 17),
  };
}

/** Covariance R S^2 R^T of splat i, as 3DGS reads its file. */
function splatCovariance(quaternions: Float32Array, logScales: Float32Array, i: number) {
  const q = quaternions.subarray(4 * i, 4 * i + 4);
  const length = Math.hypot(...q);
  const [w, x, y, z] = [...q].map((part) => part / length) as [number, number, number, number];
  const rotation = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
  return (a: number, b: number) =>
    [0, 1, 2].reduce(
      (sum, k) => sum + rotation[a]![k]! * rotation[b]![k]! * Math.exp(2 * logScales[3 * i + k]!),
      0,
    );
}

gpuTest(
  "splats have the covariances of the model's Gaussians, in the frame of splat files",
  async (gpu) => {
    const count = 20;
    const gaussians = randomGaussians(count);
    const splats = gaussianSplats(gaussians, surroundOcc);
    assertEquals(splats.count, count);
    const expected = await covariance(
      Tensor.from(gpu, gaussians.scales, [count, 3]),
      Tensor.from(gpu, gaussians.rotations, [count, 4]),
    ).read("f32"); // xx, yy, zz, xy, yz, xz
    for (let i = 0; i < count; i++) {
      const of = splatCovariance(splats.quaternions, splats.logScales, i);
      // (x, y, z) is (x, -z, y) there.
      const lidar = [of(0, 0), of(2, 2), of(1, 1), of(0, 2), -of(1, 2), -of(0, 1)];
      assertClose(lidar, expected.subarray(6 * i, 6 * i + 6), { atol: 1e-4, rtol: 1e-4 });
      const [x, y, z] = gaussians.means.subarray(3 * i, 3 * i + 3);
      assertEquals([...splats.positions.subarray(3 * i, 3 * i + 3)], [x, -z!, y]);
    }
    assertClose(splats.opacities.map(sigmoid), gaussians.opacities, { atol: 1e-6 });
  },
);

Deno.test("Gaussians of free space and faint ones make no splats, without opacity all are solid", () => {
  const semantics = new Float32Array(3 * 18);
  [17, 4, 11].forEach((label, i) => semantics[18 * i + label] = 2);
  const gaussians = { ...randomGaussians(3), semantics, labels: LABELS };
  const opacities = Float32Array.of(0.9, 0.2, 0.8);
  assertEquals(
    gaussianSplats({ ...gaussians, opacities }, surroundOcc, { minOpacity: 0.75 }).count,
    1,
  );
  const solid = gaussianSplats({ ...gaussians, opacities: new Float32Array(0) }, surroundOcc);
  assertEquals(solid.count, 2);
  // Class 4 is (0, 150, 245).
  const colour = [...solid.shDc.subarray(0, 3)].map((part) =>
    Math.round(255 * (0.5 + 0.28209479177387814 * part))
  );
  assertEquals(colour, [0, 150, 245]);
  assertEquals(gaussianSplats({ ...gaussians, means: new Float32Array(0) }, surroundOcc).count, 0);
});
