import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { keepSamples } from "../deformable/deformable_aggregation.ts";
import { cornersSnippet } from "../deformable/deformable_gradients.ts";
import {
  binSamplesByCell,
  fixedPointSnippet,
  largestMagnitudeOf,
} from "../deformable/feature_gradient.ts";
import { type FeatureLevels, levelsSnippet, levelUniforms } from "../feature_levels.ts";
import backwardSource from "./deform_aggregate_backward.wgsl" with { type: "text" };
import featuresSource from "./deform_aggregate_backward_features.wgsl" with { type: "text" };
import forwardSource from "./deform_aggregate.wgsl" with { type: "text" };

const include = [levelsSnippet, cornersSnippet];
const forward = new Kernel("gpu/ops/camera/aggregate/deform_aggregate.wgsl", forwardSource, {
  include,
});
const backward = new Kernel(
  "gpu/ops/camera/aggregate/deform_aggregate_backward.wgsl",
  backwardSource,
  {
    include,
  },
);
const backwardFeatures = new Kernel(
  "gpu/ops/camera/aggregate/deform_aggregate_backward_features.wgsl",
  featuresSource,
  { include: [levelsSnippet, fixedPointSnippet] },
);

/**
 * Sums bilinear samples with given weights: features [batch, cameras, pixels, channels] (levels
 * concatenated), location [batch, points, cameras, 2] in fractions of the picture, weights [batch,
 * points, cameras, levels, groups]; [batch, points, channels]. A camera counts where the location is
 * strictly inside its picture. `deformableAggregation` also makes the weights, and keeps none.
 */
export function deformAggregate(
  features: Tensor,
  location: Tensor,
  weights: Tensor,
  { levels }: { readonly levels: FeatureLevels },
): Tensor {
  const shape = levelUniforms("deformAggregate", levels);
  const { batch, cameras, pixels, channels, points, groups } = checkShapes("deformAggregate", {
    features: [features, "batch", "cameras", "pixels", "channels"],
    location: [location, "batch", "points", "cameras", 2],
    weights: [weights, "batch", "points", "cameras", levels.length, "groups"],
  });
  if (pixels !== shape.pixels) {
    throw new RangeError(
      `Cannot run deformAggregate: the levels have ${shape.pixels} pixels, the features have ${pixels}`,
    );
  }
  if (channels % groups) {
    throw new RangeError(
      `Cannot run deformAggregate: ${channels} channels in ${groups} groups, all must be equally wide`,
    );
  }
  const { gpu } = features;
  const rows = batch * points;
  const sizes = { cameras, levels: levels.length, groups, pixels, channels };
  const uniforms = { ...shape.uniforms, ...sizes, rows, points };
  const y = Tensor.empty(gpu, [batch, points, channels]);
  forward.dispatch(gpu, { features, location, weights, y }, uniforms, { threads: y.size });
  return record("deformAggregate", [features, location, weights], y, (dy, needs) => {
    let dfeatures: Tensor | null = null;
    let dlocation: Tensor | null = null;
    let dweights: Tensor | null = null;
    if (needs[0]) {
      dfeatures = Tensor.empty(gpu, features.shape);
      const visible = Tensor.from(gpu, new Uint32Array(rows * cameras).fill(1));
      const keep = keepSamples(location, visible, { bits: levels.length });
      const largest = {
        largest_weight: largestMagnitudeOf(weights),
        largest_dy: largestMagnitudeOf(dy),
      };
      const pairs = points * cameras;
      for (let b = 0; b < batch; b++) {
        using _batch = gpu.scope();
        const bins = binSamplesByCell({ location, keep }, shape.uniforms, {
          first: b * pairs,
          pairs,
          cameras,
          groups: 1,
          cells: shape.cells,
          levels: levels.length,
        });
        backwardFeatures.dispatch(
          gpu,
          { location, weights, dy, ...largest, ...bins, dfeatures },
          {
            ...shape.uniforms,
            ...sizes,
            cells: shape.cells,
            first: b * cameras * pixels * channels,
          },
          { threads: cameras * pixels * channels },
        );
      }
    }
    if (needs[1] || needs[2]) {
      dlocation = Tensor.empty(gpu, location.shape);
      dweights = Tensor.empty(gpu, weights.shape);
      backward.dispatch(
        gpu,
        { features, location, weights, dy, dlocation, dweights },
        uniforms,
        { threads: rows * cameras },
      );
    }
    return [dfeatures, needs[1] ? dlocation : null, needs[2] ? dweights : null];
  });
}
