import { CAMERA_MODELS } from "../../../data/cameras/models.ts";
import { Dual } from "../../../data/cameras/scalars.ts";
import { fewNumbers, type Operator } from "../operator.ts";
import { LENS_INPUTS, lensOf } from "./lens_inputs.ts";
import { projectedArrays } from "./on_screen.ts";
import { dot, inCamera, type Triple } from "./taped_gaussian.ts";

/** Models whose Jacobian grows without bound off the axis, and is taken within limits. */
const LIMITED = ["pinhole", "opencv"];

/**
 * Gaussians through a lens by its own Jacobian (EWA): places, depths, covariances, conics, compensations of
 * the blur and radii; with upstream gradients those of means, quaternions, scales and the pose. In f64 on
 * the host: what kernels are to be held against.
 */
export const ewa: Operator = {
  name: "ewa",
  summary: "Gaussians through a lens, by its Jacobian: six models, with gradients",
  inputs: LENS_INPUTS,
  // deno-lint-ignore require-await
  async run(_gpu, arrays) {
    const lens = lensOf("ewa", arrays);
    const { project } = CAMERA_MODELS[lens.model];
    const limits = arrays.jac_limits && LIMITED.includes(lens.model)
      ? fewNumbers(arrays.jac_limits)
      : null;
    return projectedArrays(arrays, lens, (gaussian) => {
      const { mean, axes, scale, view } = gaussian;
      const point = inCamera(view, mean);
      const place = project(point, lens);
      const bent = limits ? within(point, limits) : point;
      const jacobian = project(Dual.point(bent), lens).map(({ slopes }) => slopes);
      // Axes of the Gaussian, as long as its scales, in the camera and on the screen.
      const arms = axes.map((axis, k) =>
        view.map((row) => dot(row.slice(0, 3), axis).times(scale[k]!))
      );
      const [x, y] = jacobian.map((row) => arms.map((arm) => dot(row, arm)));
      return { place, point, covariance: [dot(x!, x!), dot(x!, y!), dot(y!, y!)], seen: true };
    });
  },
};

/** The point whose slopes off the axis are within limits, at its depth. */
function within([x, y, z]: Triple, [left, right, top, bottom]: readonly number[]): Triple {
  const bound = (side: Triple[0], least: number, most: number) => {
    const slope = side.value / z.value;
    return slope < least ? z.times(least) : slope > most ? z.times(most) : side;
  };
  return [bound(x, left!, right!), bound(y, top!, bottom!), z];
}
