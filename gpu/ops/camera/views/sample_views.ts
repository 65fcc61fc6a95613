import { Kernel, type Snippet } from "../../../kernel.ts";
import { radixSort } from "../../../parallel/radix_sort.ts";
import { segmentOffsets } from "../../../parallel/segments.ts";
import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { cornersSnippet } from "../deformable/deformable_gradients.ts";
import { type FeatureLevels, levelsSnippet, levelUniforms } from "../feature_levels.ts";
import type { ChosenViews } from "./choose_views.ts";
import backwardSource from "./sample_views_backward.wgsl" with { type: "text" };
import cellsSource from "./sample_cells.wgsl" with { type: "text" };
import featuresSource from "./sample_views_backward_features.wgsl" with { type: "text" };
import forwardSource from "./sample_views.wgsl" with { type: "text" };
import placeSource from "./sample_place.wgsl" with { type: "text" };

const place: Snippet = { path: "gpu/ops/camera/views/sample_place.wgsl", source: placeSource };
const forward = new Kernel("gpu/ops/camera/views/sample_views.wgsl", forwardSource, {
  include: [levelsSnippet, cornersSnippet, place],
});
const backward = new Kernel("gpu/ops/camera/views/sample_views_backward.wgsl", backwardSource, {
  include: [levelsSnippet, cornersSnippet, place],
});
const findCells = new Kernel("gpu/ops/camera/views/sample_cells.wgsl", cellsSource, {
  include: [levelsSnippet, place],
});
const backwardFeatures = new Kernel(
  "gpu/ops/camera/views/sample_views_backward_features.wgsl",
  featuresSource,
  { include: [levelsSnippet, place] },
);

/** Where to sample and how much of each level. */
export interface ViewSamples extends ChosenViews {
  /** [frames, queries * groups * points, levels] */
  readonly weights: Tensor;
}

/** How samples and features are laid out. */
export interface ViewLayout {
  /** The levels of a feature bank. */
  readonly levels: FeatureLevels;
  /** Groups of channels, each sampled at points of its own. */
  readonly groups: number;
  /** Points of each query and group. */
  readonly points: number;
}

/**
 * Bilinear samples of several picture frames (SuperOcc), weighted and summed over the levels: of each
 * frame the features [cameras, pixels, channels] (levels concatenated; the same tensor may stand for
 * several frames), at one camera's `location` a point, where pixels at the border lie on the picture's
 * border (align_corners) and beyond them is 0. Points are in the order query, group, point; [queries,
 * groups, frames * points, channels / groups], a multiple of 4 channels a group.
 */
export function sampleViews(
  frames: readonly Tensor[],
  { location, view, weights }: ViewSamples,
  { levels, groups, points }: ViewLayout,
): Tensor {
  const op = "sampleViews";
  const { uniforms, pixels, cells } = levelUniforms(op, levels);
  const { cameras, channels, rows } = checkShapes(op, {
    features: [frames[0], "cameras", pixels, "channels"],
    location: [location, frames.length, "rows", 2],
    view: [view, frames.length, "rows"],
    weights: [weights, frames.length, "rows", levels.length],
  });
  for (const features of frames) {
    checkShapes(op, { features: [features, cameras, pixels, channels] });
  }
  const width = channels / groups;
  if (!Number.isInteger(width / 4)) {
    throw new RangeError(
      `Cannot run ${op}: ${channels} channels in ${groups} groups, each must have a multiple of 4`,
    );
  }
  if (rows % (groups * points)) {
    throw new RangeError(
      `Cannot run ${op}: ${rows} places, they must be ${groups} groups of ${points} points a query`,
    );
  }
  const { gpu } = location;
  const sizes = {
    ...uniforms,
    rows,
    points,
    groups,
    frames: frames.length,
    levels: levels.length,
    width,
  };
  const y = Tensor.empty(gpu, [rows / groups / points, groups, frames.length * points, width]);
  frames.forEach((features, frame) =>
    forward.dispatch(
      gpu,
      { features, location, view, weights, y },
      { ...sizes, frame, pixels },
      { threads: rows * width / 4 },
    )
  );
  return record(op, [location, weights, ...frames], y, (dy, needs) => {
    const places = needs[0] || needs[1];
    const dlocation = places ? Tensor.empty(gpu, location.shape) : null;
    const dweights = places ? Tensor.empty(gpu, weights.shape) : null;
    const gradients = frames.map((features, frame) => {
      if (dlocation && dweights) {
        backward.dispatch(
          gpu,
          { features, location, view, weights, dy, dlocation, dweights },
          { ...sizes, frame, pixels },
          { threads: rows },
        );
      }
      if (!needs[2 + frame]) return null;
      const dfeatures = Tensor.empty(gpu, features.shape);
      gpu.tidy(() => {
        const keys = Tensor.empty(gpu, [rows * levels.length], "u32");
        const bins = { ...sizes, frame, cameras, cells };
        const all = groups * cameras * cells;
        findCells.dispatch(gpu, { location, view, keys }, bins, { threads: keys.size });
        const sorted = radixSort(keys, null, { bits: 32 - Math.clz32(all) });
        const starts = segmentOffsets(sorted.keys, all);
        backwardFeatures.dispatch(
          gpu,
          { location, weights, dy, starts, order: sorted.values, dfeatures },
          { ...bins, pixels },
          { threads: dfeatures.size / 4 },
        );
        return [];
      });
      return dfeatures;
    });
    return [dlocation, dweights, ...gradients];
  });
}
