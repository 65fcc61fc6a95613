import { covariance, inverseCovariance } from "../../../gpu/ops/gaussian/covariance.ts";
import { backwardAll, variable } from "../../../gpu/tape.ts";
import { download, type HostArray, type Operator, upload } from "../operator.ts";

/** Covariances and their inverses, of scales and quaternions. */
export const covariances: Operator = {
  name: "geom",
  summary: "covariances and their inverses",
  inputs: {
    scales: { axes: ["count", 3] },
    quat: { axes: ["count", 4] },
    grad_covinv6: { axes: ["count", 6], optional: true },
  },
  async run(gpu, inputs) {
    const scales = variable(upload(gpu, inputs.scales!));
    const quaternions = variable(upload(gpu, inputs.quat!));
    const { inverse } = inverseCovariance(scales, quaternions);
    const covinv6 = await download(inverse.retain());
    const results = {
      cov: full(await download(covariance(scales, quaternions))),
      covinv: full(covinv6),
      covinv6,
    };
    if (!inputs.grad_covinv6) return results;
    backwardAll([inverse], [upload(gpu, inputs.grad_covinv6)]);
    return {
      ...results,
      grad_scales: await download(scales.gradient!),
      grad_quat: await download(quaternions.gradient!),
    };
  },
};

// Matrices of (xx, yy, zz, xy, yz, xz).
function full({ shape, data }: HostArray): HostArray {
  const places = [0, 3, 5, 3, 1, 4, 5, 4, 2];
  const matrices = Float32Array.from(
    { length: 9 * shape[0]! },
    (_, i) => data[6 * Math.floor(i / 9) + places[i % 9]!]!,
  );
  return { shape: [shape[0]!, 3, 3], data: matrices };
}
