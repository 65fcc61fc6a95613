import { Kernel } from "../../kernel.ts";
import { checkShapes } from "../../shape.ts";
import { recordAll } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { quaternionSnippet } from "../../wgsl/quaternion.ts";
import backwardSource from "./inverse_covariance_backward.wgsl" with { type: "text" };
import forwardSource from "./inverse_covariance.wgsl" with { type: "text" };

const include = [quaternionSnippet];
const forward = new Kernel("gpu/ops/gaussian/inverse_covariance.wgsl", forwardSource, { include });
const backward = new Kernel("gpu/ops/gaussian/inverse_covariance_backward.wgsl", backwardSource, {
  include,
});

/**
 * Inverse covariances R^T diag(1 / s^2) R [G, 6] (xx, yy, zz, xy, yz, xz) and densities
 * 1 / (s0 s1 s2) [G], the square roots of their determinants, from scales [G, 3] (m) and quaternions
 * [G, 4] (w, x, y, z; of any length). A Gaussian's axes are the rows of R, that is, R^T turns local
 * into world.
 */
export function inverseCovariance(
  scales: Tensor,
  quaternions: Tensor,
): { inverse: Tensor; density: Tensor } {
  const { gaussians } = checkShapes("inverseCovariance", {
    scales: [scales, "gaussians", 3],
    quaternions: [quaternions, "gaussians", 4],
  });
  const { gpu } = scales;
  const inverse = Tensor.empty(gpu, [gaussians, 6]);
  const density = Tensor.empty(gpu, [gaussians]);
  const work = { threads: gaussians };
  forward.dispatch(gpu, { scales, quaternions, inverse, density }, { gaussians }, work);
  recordAll(
    "inverseCovariance",
    [scales, quaternions],
    [inverse, density],
    ([dinverse, ddensity], needs) => {
      const dscales = Tensor.empty(gpu, scales.shape);
      const dquaternions = Tensor.empty(gpu, quaternions.shape);
      backward.dispatch(
        gpu,
        {
          scales,
          quaternions,
          dinverse: dinverse ?? scales,
          ddensity: ddensity ?? scales,
          dscales,
          dquaternions,
        },
        { gaussians, given: [Number(!!dinverse), Number(!!ddensity)] },
        work,
      );
      return [needs[0] ? dscales : null, needs[1] ? dquaternions : null];
    },
  );
  return { inverse, density };
}

/** Covariances R^T diag(s^2) R [G, 6] (xx, yy, zz, xy, yz, xz), without gradient. */
export function covariance(scales: Tensor, quaternions: Tensor): Tensor {
  const { gaussians } = checkShapes("covariance", {
    scales: [scales, "gaussians", 3],
    quaternions: [quaternions, "gaussians", 4],
  });
  const { gpu } = scales;
  const inverse = Tensor.empty(gpu, [gaussians, 6]);
  using _scratch = gpu.scope();
  const density = Tensor.empty(gpu, [gaussians]);
  forward.dispatch(gpu, { scales, quaternions, inverse, density }, { gaussians }, {
    threads: gaussians,
  }, { COVARIANCE: 1 });
  return inverse;
}
