import { inRows } from "../../../binding/rows.ts";
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
  const uniforms = { ...shape.uniforms, ...sizes, points };
  const y = Tensor.empty(gpu, [batch, points, channels]);
  inRows(rows, { location, weights, y }, (pieces, count, first) => {
    forward.dispatch(
      gpu,
      { ...pieces, features },
      { ...uniforms, rows: count, first_row: first },
      { threads: count * channels },
    );
  });
  return record("deformAggregate", [features, location, weights], y, (dy, needs) => {
    let dfeatures: Tensor | null = null;
    let dlocation: Tensor | null = null;
    let dweights: Tensor | null = null;
    if (needs[0]) {
      dfeatures = featureGradient(features, { location, weights, dy }, { ...sizes, points, shape });
    }
    if (needs[1] || needs[2]) {
      dlocation = Tensor.empty(gpu, location.shape);
      dweights = Tensor.empty(gpu, weights.shape);
      inRows(rows, { location, weights, dy, dlocation, dweights }, (pieces, count, first) => {
        backward.dispatch(
          gpu,
          { ...pieces, features },
          { ...uniforms, rows: count, first_row: first },
          { threads: count * cameras },
        );
      });
    }
    return [dfeatures, needs[1] ? dlocation : null, needs[2] ? dweights : null];
  });
}

/** Gradient of the features, batch by batch; of a batch, so many points at a time as can be bound. */
function featureGradient(
  features: Tensor,
  { location, weights, dy }: Readonly<Record<"location" | "weights" | "dy", Tensor>>,
  { points, shape, ...sizes }:
    & Readonly<
      Record<"points" | "cameras" | "levels" | "groups" | "pixels" | "channels", number>
    >
    & { readonly shape: ReturnType<typeof levelUniforms> },
): Tensor {
  const { gpu } = features;
  const { cameras, levels, pixels, channels } = sizes;
  const { cells, uniforms } = shape;
  const rows = features.rows * points;
  // Where there are no points nothing else would set it.
  const dfeatures = (rows ? Tensor.empty : Tensor.zeros)(gpu, features.shape);
  const visible = Tensor.from(gpu, new Uint32Array(rows * cameras).fill(1));
  const keep = keepSamples(location, visible, { bits: levels });
  const largest = {
    largest_weight: largestMagnitudeOf(weights),
    largest_dy: largestMagnitudeOf(dy),
  };
  inRows(rows, { location, weights, dy, keep }, ({ keep, ...pieces }, count, from) => {
    for (let b = Math.floor(from / points); b * points < from + count; b++) {
      using _batch = gpu.scope();
      const first = Math.max(from, b * points);
      const some = Math.min(from + count, (b + 1) * points) - first;
      const bins = binSamplesByCell({ location: pieces.location, keep }, uniforms, {
        first: (first - from) * cameras,
        pairs: some * cameras,
        cameras,
        groups: 1,
        cells,
        levels,
      });
      backwardFeatures.dispatch(
        gpu,
        { ...pieces, ...largest, ...bins, dfeatures },
        {
          ...uniforms,
          ...sizes,
          cells,
          first: b * cameras * pixels * channels,
          accumulate: Number(first > b * points),
        },
        { threads: cameras * pixels * channels },
      );
    }
    // Each row's place in the lists of samples must be bound too.
  }, { rowBytes: 4 * cameras * levels });
  return dfeatures;
}
