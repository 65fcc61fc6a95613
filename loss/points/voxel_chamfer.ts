import { Kernel, type Snippet } from "../../gpu/kernel.ts";
import { type VoxelGrid, voxelsOf } from "../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { compact } from "../../gpu/parallel/compact.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import { partialGroups, weightedMean } from "../voxels/weighted_mean.ts";
import { weightedTotal } from "../weighted_total.ts";
import backwardSource from "./voxel_chamfer_backward.wgsl" with { type: "text" };
import flagsSource from "./voxel_flags.wgsl" with { type: "text" };
import placeSource from "./voxel_place.wgsl" with { type: "text" };
import pointsSource from "./nearest_points.wgsl" with { type: "text" };
import voxelsSource from "./nearest_voxels.wgsl" with { type: "text" };

const place: Snippet = { path: "loss/points/voxel_place.wgsl", source: placeSource };
const flagsKernel = new Kernel("loss/points/voxel_flags.wgsl", flagsSource);
const nearestPoints = new Kernel("loss/points/nearest_points.wgsl", pointsSource, {
  include: [place, reduceSnippet],
});
const nearestVoxels = new Kernel("loss/points/nearest_voxels.wgsl", voxelsSource, {
  include: [place],
});
const backward = new Kernel("loss/points/voxel_chamfer_backward.wgsl", backwardSource, {
  include: [place, reduceSnippet],
});

/** Which voxels points are drawn to. */
export interface ChamferOptions {
  /** Where the voxels are. */
  readonly grid: VoxelGrid;
  /** Label of a voxel with nothing in it. */
  readonly empty: number;
  /** Another label that does not count. */
  readonly ignore?: number;
  /** Metres below which smooth L1 is a square. */
  readonly beta?: number;
}

/**
 * How far points [points, 3] (m) and the centres of occupied voxels are apart: the mean over the
 * voxels of smooth L1 to the nearest point, and over the points to the nearest voxel; labels u32
 * [voxels]. Where nothing is occupied the loss is 0. Only the points get a gradient.
 */
export function voxelChamfer(
  points: Tensor,
  labels: Tensor,
  { grid, empty, ignore = empty, beta = 0.2 }: ChamferOptions,
): Tensor {
  const { count: size } = checkShapes("voxelChamfer", {
    points: [points, "count", 3],
    labels: [labels, voxelsOf("voxelChamfer", grid)],
  });
  const { gpu } = points;
  const uniforms = { ...grid, points: size, beta };
  const voxels = labels.size;
  const flags = Tensor.empty(gpu, [voxels], "u32");
  flagsKernel.dispatch(gpu, { labels, flags }, { voxels, empty, ignore }, { threads: voxels });
  const { kept: listed, count } = compact(flags);
  const ofVoxels = {
    nearest: Tensor.empty(gpu, [voxels], "u32"),
    partials: Tensor.empty(gpu, [partialGroups(voxels), 2]),
  };
  const ofPoints = {
    nearest: Tensor.empty(gpu, [size], "u32"),
    partials: Tensor.empty(gpu, [size, 2]),
  };
  const work = { groups: size };
  nearestPoints.dispatch(gpu, { points, listed, count, ...ofVoxels }, uniforms, {
    groups: ofVoxels.partials.rows,
  });
  nearestVoxels.dispatch(gpu, { points, listed, count, ...ofPoints }, uniforms, work);
  const parts = [ofVoxels, ofPoints].map(({ partials }) => weightedMean(partials).loss);
  const loss = weightedTotal(parts.map((part) => [part, 1]));
  return record("voxelChamfer", [points], loss, (dy) => {
    const dpoints = Tensor.empty(gpu, points.shape);
    backward.dispatch(
      gpu,
      {
        points,
        listed,
        count,
        nearest_point: ofVoxels.nearest,
        nearest_voxel: ofPoints.nearest,
        dy,
        dpoints,
      },
      uniforms,
      work,
    );
    return [dpoints];
  });
}
