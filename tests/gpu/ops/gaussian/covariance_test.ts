import { covariance, inverseCovariance } from "../../../../gpu/ops/gaussian/covariance.ts";
import { rotationMatrix } from "../../../../gpu/ops/gaussian/rotation.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import {
  covariance as reference,
  rotationRows,
} from "../../../reference/gaussian/gaussian_geometry.ts";
import { assertClose, checkOp, gpuTest, noiseArray } from "../../../support.ts";

for (const gaussians of [1, 7, 131]) {
  gpuTest(`inverseCovariance of ${gaussians}`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, [gaussians, 3], 0.3, 1.5), noiseArray(2, [gaussians, 4], -2, 2)],
      op: (scales, quaternions) => Object.values(inverseCovariance(scales, quaternions)),
      reference,
    }));
  gpuTest(`rotationMatrix of ${gaussians}`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(3, [gaussians, 4], -2, 2)],
      op: rotationMatrix,
      reference: ({ data }) => ({
        shape: [gaussians, 3, 3],
        data: Float64Array.from({ length: gaussians }, (_, g) => g)
          .reduce<Float64Array>((rows, g) => {
            rows.set(rotationRows(data.subarray(4 * g, 4 * g + 4)).flat(), 9 * g);
            return rows;
          }, new Float64Array(9 * gaussians)),
      }),
    }));
}

// Values of the specification, appendix B.2.
gpuTest("covariance and its inverse of a turned Gaussian", async (gpu) => {
  const scales = Tensor.from(gpu, [0.5, 0.2, 0.1], [1, 3]);
  const quaternions = Tensor.from(gpu, [0.8, 0.2, -0.4, 0.4], [1, 4]);
  assertClose(
    await covariance(scales, quaternions).read(),
    [0.048016, 0.1744, 0.077584, -0.06048, 0.08064, -0.050688],
    { atol: 1e-7 },
  );
  const { inverse, density } = inverseCovariance(scales, quaternions);
  assertClose(await inverse.read(), [70.2784, 11.56, 47.1616, 6.048, -8.064, 39.6288], {
    rtol: 2e-6,
  });
  assertClose(await density.read(), [100], { rtol: 1e-6 });
});
