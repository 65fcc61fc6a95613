import type { Tensor } from "../../../tensor.ts";
import { runSplat, type SplatInputs, type SplatPlaces } from "./splat.ts";
import type { ProbabilisticSplat } from "./splat_voxels_prob.ts";

/**
 * The probabilistic splat of GaussianFormer-2 for Gaussians that hide only as much as their opacities
 * say, as those of 3DGS do: occupancy 1 - prod(1 - opacity exp(-d A d / 2)), and the mixture of
 * semantics (here any channels, such as colours) as there, with 0 where its weights sum to no more than
 * 1e-9. Carries no gradient.
 */
export function splatOccupancy(
  inputs: SplatInputs & { readonly density: Tensor },
  places: SplatPlaces,
): ProbabilisticSplat {
  const [semantics, occupancy, density, probability] = inputs.means.gpu.tidy(() => {
    const splat = runSplat("splatOccupancy", inputs, places, { additive: false, faded: true });
    return [splat.y, splat.occupancy, splat.density, splat.probability];
  });
  return {
    semantics: semantics!,
    occupancy: occupancy!,
    density: density!,
    probability: probability!,
  };
}
