import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { inElements } from "../../../binding/rows.ts";
import { stridedSnippet } from "../../../wgsl/strided.ts";
import { sumTo } from "./reduce.ts";
import { broadcastPlan, broadcastShape, FETCH, fetchOf, innerOuter } from "../strides.ts";
import source from "./expand.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/array/reduce/expand.wgsl", source, {
  include: [stridedSnippet],
  padded: true,
});

/** Repeats x along axes of extent 1, or new leading axes, to a shape that it broadcasts to. */
export function expand(x: Tensor, shape: readonly number[]): Tensor {
  const full = broadcastShape("expand", x.shape, shape);
  if (full.join() !== shape.join()) {
    throw new RangeError(`Cannot run expand: [${x.shape}] does not broadcast to [${shape}]`);
  }
  return record("expand", [x], expandTimes(x, shape), (dy) => [sumTo(dy, x.shape)]);
}

/** The same times a factor, without a place on the tape. */
export function expandTimes(x: Tensor, shape: readonly number[], factor = 1): Tensor {
  const y = Tensor.empty(x.gpu, shape);
  if (!y.size) return y;
  const plan = broadcastPlan("expand", shape, [x.shape]);
  const { mode, divide, modulo } = fetchOf(plan, 0);
  const [inner, outer] = innerOuter(plan.extents);
  const [x_inner, x_outer] = innerOuter(plan.strides[0]!);
  inElements({ y, ...mode === FETCH.same && { x } }, (pieces, count, start) => {
    kernel.dispatch(
      x.gpu,
      { x, ...pieces },
      { count, start, divide, modulo, factor, inner, outer, x_inner, x_outer },
      { threads: Math.ceil(count / 4) },
      { mode, rank: plan.extents.length },
    );
  });
  return y;
}
