import { assertThrows } from "@std/assert";
import { addPositionNoise } from "../../../../../model/splat/strategies/mcmc/position_noise.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { positionNoise } from "../../../../reference/gaussian/position_noise.ts";
import { assertClose, gpuTest, noise } from "../../../../support.ts";

for (const n of [1, 67, 130]) {
  gpuTest(`addPositionNoise moves ${n} Gaussians by their covariance`, async (gpu) => {
    const arrays = {
      means: noise(1, 3 * n),
      logScales: noise(2, 3 * n, -2, 0.5),
      rotations: noise(3, 4 * n),
      opacity: noise(4, n, -9, -3),
      noise: noise(5, 3 * n, -2, 2),
    };
    const upload = (data: Float64Array, shape: number[]) =>
      Tensor.from(gpu, Float32Array.from(data), shape);
    const means = upload(arrays.means, [n, 3]);
    addPositionNoise({
      means,
      logScales: upload(arrays.logScales, [n, 3]),
      rotations: upload(arrays.rotations, [n, 4]),
      opacity: upload(arrays.opacity, [n]),
      noise: upload(arrays.noise, [n, 3]),
    }, 0.3);
    const row = (data: Float64Array, width: number, i: number) =>
      Array.from(data.subarray(width * i, width * i + width));
    const expected = Array.from({ length: n }, (_, i) =>
      positionNoise(
        {
          logScales: row(arrays.logScales, 3, i),
          rotation: row(arrays.rotations, 4, i),
          opacity: arrays.opacity[i]!,
        },
        row(arrays.noise, 3, i),
        0.3,
      ).map((offset, k) => offset + arrays.means[3 * i + k]!)).flat();
    assertClose(await means.read("f32"), expected, { atol: 2e-6, rtol: 2e-6 });
  });
}

gpuTest("addPositionNoise wants rows alike", (gpu) => {
  const of = (...shape: number[]) => Tensor.zeros(gpu, shape);
  assertThrows(
    () =>
      addPositionNoise({
        means: of(2, 3),
        logScales: of(2, 3),
        rotations: of(2, 4),
        opacity: of(2),
        noise: of(3, 3),
      }, 1),
    RangeError,
    '"noise" must be [n=2, 3]',
  );
});
