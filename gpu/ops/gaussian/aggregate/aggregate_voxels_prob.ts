import { recordAll } from "../../../tape.ts";
import type { Tensor } from "../../../tensor.ts";
import { type AggregationInputs, type AggregationPlaces, runAggregation } from "./aggregation.ts";

/** Results of a probabilistic aggregation at N points. */
export interface ProbabilisticAggregation {
  /** Mixture of the Gaussians' semantics [N, channels]. */
  readonly semantics: Tensor;
  /** Probability that anything is there [N]: 1 - product of (1 - e). */
  readonly occupancy: Tensor;
  /** Sum of e [N]. */
  readonly density: Tensor;
  /** Sum of the mixture's weights [N]; carries no gradient. */
  readonly probability: Tensor;
}

/**
 * Probabilistic aggregation of GaussianFormer-2: with e = exp(-d A d / 2) of the Gaussians whose box holds
 * a point's voxel, occupancy 1 - prod(1 - e), and semantics mixed by weights
 * (2 pi)^-1.5 density e opacity; where these sum to no more than 1e-9, the first `classes` of
 * the channels, all if not given, are equal and the others 0. Gradients flow from semantics, occupancy and density to all
 * inputs but the boxes, summed in a fixed order.
 */
export function aggregateVoxelsProb(
  inputs: AggregationInputs & { readonly density: Tensor },
  { classes, ...places }: AggregationPlaces & { readonly classes?: number },
): ProbabilisticAggregation {
  const channels = inputs.semantics.shape[1] ?? 1;
  const { means, inverseCovariance, density, opacities, semantics } = inputs;
  const [mixed, occupancy, thickness, probability] = means.gpu.tidy(() => {
    const aggregation = runAggregation("aggregateVoxelsProb", inputs, places, {
      additive: false,
      fallback: Math.min(classes ?? channels, channels),
    });
    return recordAll(
      "aggregateVoxelsProb",
      [means, inverseCovariance, density, opacities, semantics],
      // Backward reads the last two, so they belong to this node.
      [
        aggregation.y,
        aggregation.occupancy,
        aggregation.density,
        aggregation.probability,
        aggregation.transmittance,
      ],
      ([dy, doccupancy, ddensity], needs) =>
        aggregation.backward(dy ?? null, doccupancy ?? null, ddensity ?? null)
          .map((gradient, i) => needs[i] ? gradient : null),
    );
  });
  return {
    semantics: mixed!,
    occupancy: occupancy!,
    density: thickness!,
    probability: probability!,
  };
}
