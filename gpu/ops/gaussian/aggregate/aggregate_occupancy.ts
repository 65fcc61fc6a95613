import type { Tensor } from "../../../tensor.ts";
import { type AggregationInputs, type AggregationPlaces, runAggregation } from "./aggregation.ts";
import type { ProbabilisticAggregation } from "./aggregate_voxels_prob.ts";

/**
 * The probabilistic aggregation of GaussianFormer-2 for Gaussians that hide only as much as their opacities
 * say, as those of 3DGS do: occupancy 1 - prod(1 - opacity exp(-d A d / 2)), and the mixture of
 * semantics (here any channels, such as colours) as there, with 0 where its weights sum to no more than
 * 1e-9. Carries no gradient.
 */
export function aggregateOccupancy(
  inputs: AggregationInputs & { readonly density: Tensor },
  places: AggregationPlaces,
): ProbabilisticAggregation {
  const [semantics, occupancy, density, probability] = inputs.means.gpu.tidy(() => {
    const aggregation = runAggregation("aggregateOccupancy", inputs, places, {
      additive: false,
      faded: true,
    });
    return [aggregation.y, aggregation.occupancy, aggregation.density, aggregation.probability];
  });
  return {
    semantics: semantics!,
    occupancy: occupancy!,
    density: density!,
    probability: probability!,
  };
}
