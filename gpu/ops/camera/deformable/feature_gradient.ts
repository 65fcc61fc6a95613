import { inElements } from "../../../binding/rows.ts";
import { Kernel, type Snippet } from "../../../kernel.ts";
import { exclusiveScan } from "../../../parallel/scan.ts";
import { Tensor } from "../../../tensor.ts";
import { levelsSnippet } from "../feature_levels.ts";
import binSource from "./bin_samples.wgsl" with { type: "text" };
import fixedPointSource from "./fixed_point.wgsl" with { type: "text" };
import largestSource from "./largest_magnitude.wgsl" with { type: "text" };

/** `fixed_point_for`: sums that come out the same in any order. */
export const fixedPointSnippet: Snippet = {
  path: "gpu/ops/camera/deformable/fixed_point.wgsl",
  source: fixedPointSource,
};

const binSamples = new Kernel("gpu/ops/camera/deformable/bin_samples.wgsl", binSource, {
  include: [levelsSnippet],
});
const largestMagnitude = new Kernel(
  "gpu/ops/camera/deformable/largest_magnitude.wgsl",
  largestSource,
);

/** Points listed by the cell of the feature bank in which their samples lie. */
export interface BinnedSamples {
  /** u32 [cameras * cells + 1]: where each cell's points start in `listed`. */
  readonly starts: Tensor;
  readonly listed: Tensor;
}

/**
 * Lists `pairs` (point, camera) pairs from `first` on by the cells of their samples. Atomics choose
 * the order within a cell, so whoever sums over one must not depend on it.
 */
export function binSamplesByCell(
  { location, keep }: { readonly location: Tensor; readonly keep: Tensor },
  uniforms: Readonly<Record<string, number | readonly number[]>>,
  { first, pairs, cameras, groups, cells, levels }: Readonly<
    Record<"first" | "pairs" | "cameras" | "groups" | "cells" | "levels", number>
  >,
): BinnedSamples {
  const { gpu } = location;
  using scope = gpu.scope();
  const listed = Tensor.empty(gpu, [pairs * levels], "u32");
  const counts = Tensor.zeros(gpu, [cameras * cells], "u32");
  const values = { ...uniforms, first, pairs, cameras, groups, cells };
  const run = (points: Tensor, starts: Tensor, into: Tensor, list: boolean) =>
    binSamples.dispatch(
      gpu,
      { location, keep, starts, counts: into, points },
      values,
      { threads: pairs },
      { LEVELS: levels, LIST: Number(list) },
    );
  run(listed, keep, counts, false);
  const starts = exclusiveScan(counts, { total: true });
  run(listed, starts, Tensor.zeros(gpu, [cameras * cells], "u32"), true);
  return { starts: scope.keep(starts), listed: scope.keep(listed) };
}

/** The largest magnitude among f32 values, as the bits of that magnitude: u32 [1]. */
export function largestMagnitudeOf(x: Tensor): Tensor {
  const largest = Tensor.zeros(x.gpu, [1], "u32");
  inElements({ x }, (pieces, count) => {
    // At most some thousand workgroups meet in the one atomic.
    const run = Math.max(1024, 64 * Math.ceil(count / 4096 / 64));
    largestMagnitude.dispatch(x.gpu, { ...pieces, largest }, { count, run }, {
      groups: Math.ceil(count / run),
    });
  });
  return largest;
}
