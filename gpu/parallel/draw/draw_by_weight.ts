import { uniform } from "../../ops/array/elementwise/random.ts";
import type { Gpu } from "../../device.ts";
import { Kernel } from "../../kernel.ts";
import { Tensor } from "../../tensor.ts";
import drawSource from "./draw_by_weight.wgsl" with { type: "text" };
import sumsSource from "./weight_sums.wgsl" with { type: "text" };

const sums = new Kernel("gpu/parallel/draw/weight_sums.wgsl", sumsSource);
const draw = new Kernel("gpu/parallel/draw/draw_by_weight.wgsl", drawSource);

/** Children of a node, as the kernels have it. */
const CHILDREN = 64;

/**
 * Draws indices u32 [count] with replacement, each with probability in proportion to its weight f32 [n],
 * none of which is negative. `random` gives numbers f32 [count] in [0, 1), the device's stream unless
 * told; it is asked once for each factor of 64 in n.
 *
 * Running sums over millions of f32 are coarser than single weights. So weights are summed in a tree, 64
 * to a node, and a draw walks down from its root, at each node by a random number of its own.
 */
export function drawByWeight(
  weights: Tensor,
  count: number,
  random: (gpu: Gpu, shape: readonly [number]) => Tensor = uniform,
): Tensor {
  const { gpu, size } = weights;
  if (weights.dtype !== "f32" || !size) {
    throw new RangeError(
      `Cannot run drawByWeight: "weights" must be f32 [n] of one or more, got ${weights.dtype} ` +
        `[${weights.shape}]`,
    );
  }
  using scope = gpu.scope();
  const nodes = Tensor.zeros(gpu, [count], "u32");
  if (!count) return scope.keep(nodes);
  const levels = [weights];
  for (let level = weights; level.size > CHILDREN;) {
    const above = Tensor.empty(gpu, [Math.ceil(level.size / CHILDREN)]);
    sums.dispatch(gpu, { weights: level, sums: above }, {
      count: level.size,
      nodes: above.size,
    }, { threads: above.size });
    levels.push(level = above);
  }
  for (const level of levels.reverse()) {
    draw.dispatch(
      gpu,
      { weights: level, random: random(gpu, [count]), nodes },
      { count, size: level.size },
      { threads: count },
    );
  }
  return scope.keep(nodes);
}
