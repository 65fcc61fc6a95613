import { Kernel } from "../../gpu/kernel.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import source from "./weighted_mean.wgsl" with { type: "text" };

const kernel = new Kernel("loss/voxels/weighted_mean.wgsl", source, { include: [reduceSnippet] });

/**
 * How many workgroups of 64 threads take the first of two stages of a sum. Each thread adds few
 * numbers (20 of 640 000) and the rest is a tree, so that rounding grows with the logarithm of the
 * count rather than with the count; the order is fixed, and so are the bits of the result.
 */
export function partialGroups(items: number): number {
  return Math.max(1, Math.min(512, Math.ceil(items / 64)));
}

/**
 * The second stage of a weighted mean: partials [groups, 2] of value and weight give the loss [] and
 * the total weight [1]. Where nothing has weight the loss is 0, not 0 / 0.
 */
export function weightedMean(partials: Tensor): { loss: Tensor; weight: Tensor } {
  const { gpu, rows: groups } = partials;
  const loss = Tensor.empty(gpu, []);
  const weight = Tensor.empty(gpu, [1]);
  kernel.dispatch(gpu, { partials, loss, weight }, { groups }, { groups: 1 });
  return { loss, weight };
}
