import { record } from "../../tape.ts";
import type { Tensor } from "../../tensor.ts";
import { runSplat, type SplatInputs, type SplatPlaces } from "./splat.ts";

/**
 * Additive splat of GaussianFormer: logits [N, channels] = sum of opacity e semantics over the
 * Gaussians whose box holds a point's voxel, e = exp(-d A d / 2). Gradients flow to all inputs but
 * the boxes, summed in a fixed order.
 */
export function splatVoxels(
  inputs: Omit<SplatInputs, "density">,
  places: SplatPlaces,
): Tensor {
  const splat = runSplat("splatVoxels", { ...inputs, density: null }, places, { additive: true });
  const { means, inverseCovariance, opacities, semantics } = inputs;
  return record(
    "splatVoxels",
    [means, inverseCovariance, opacities, semantics],
    splat.y,
    (dy, needs) => {
      const [dmeans, dinverse, , dopacities, dsemantics] = splat.backward(dy, null, null);
      return [dmeans, dinverse, dopacities, dsemantics]
        .map((gradient, i) => needs[i] ? gradient ?? null : null);
    },
  );
}
