import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import { philoxSnippet, philoxUniforms } from "../../../wgsl/philox.ts";
import source from "./spread_points.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/gaussian/points/spread_points.wgsl", source, {
  include: [philoxSnippet],
});

/** How many points are needed, and where they may lie. */
export interface SpreadOptions {
  readonly wanted: number;
  /** Low and high corner, metres. */
  readonly range: readonly number[];
  /** Of the noise on copies, metres. */
  readonly deviation?: number;
}

/**
 * At least `wanted` points: the `count` (u32 [1]) first ones that `kept` (u32 [n]) names among points
 * [n, 3], followed, where these are too few, by whole copies with normal noise that stay in the range;
 * where there are none, points anywhere in it. Returns points [capacity, 3] and how many there are,
 * u32 [1].
 */
export function spreadPoints(
  points: Tensor,
  { kept, count }: { readonly kept: Tensor; readonly count: Tensor },
  { wanted, range, deviation = 0.1 }: SpreadOptions,
): { points: Tensor; count: Tensor } {
  const { n } = checkShapes("spreadPoints", {
    points: [points, "n", 3],
    kept: [kept, "n"],
    count: [count, 1],
  });
  const { gpu } = points;
  // Whole copies of fewer than `wanted` points are fewer than twice as many.
  const capacity = Math.max(n, 2 * wanted);
  const spread = Tensor.empty(gpu, [capacity, 3]);
  const total = Tensor.empty(gpu, [1], "u32");
  kernel.dispatch(
    gpu,
    { points, kept, count, spread, total },
    {
      capacity,
      wanted,
      deviation,
      ...philoxUniforms(gpu.random.take(4 * capacity)),
      low: range.slice(0, 3),
      high: range.slice(3),
    },
    { threads: capacity },
  );
  return { points: spread, count: total };
}
