import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { inElements } from "../../../binding/rows.ts";
import { stridedSnippet } from "../../../wgsl/strided.ts";
import { normalizeAxes, reduceAxes, reducedShape } from "./reduce.ts";
import { broadcastPlan, innerOuter } from "../strides.ts";
import type { ReduceOptions } from "./sum.ts";
import firstSource from "./max_first.wgsl" with { type: "text" };
import backwardSource from "./max_backward.wgsl" with { type: "text" };

const firstKernel = new Kernel("gpu/ops/array/reduce/max_first.wgsl", firstSource, {
  include: [stridedSnippet],
});
const backwardKernel = new Kernel("gpu/ops/array/reduce/max_backward.wgsl", backwardSource, {
  include: [stridedSnippet],
});

/** Largest value over axes; the gradient goes to the first one in row-major order. */
export function max(
  x: Tensor,
  axes?: number | readonly number[],
  { keepDims = false }: ReduceOptions = {},
): Tensor {
  const { gpu } = x;
  const list = normalizeAxes("max", x.shape.length, axes);
  const kept = reducedShape(x.shape, list, true);
  if (list.some((axis) => x.shape[axis] === 0)) {
    throw new RangeError(`Cannot run max: [${x.shape}] has nothing to choose from along ${list}`);
  }
  const y = reduceAxes(x, list, reducedShape(x.shape, list, keepDims), { largest: true });
  return record("max", [x], y, (dy) => {
    const dx = Tensor.empty(gpu, x.shape);
    if (!x.size) return [dx];
    const plan = broadcastPlan("max", x.shape, [kept]);
    const [inner, outer] = innerOuter(plan.extents);
    const [y_inner, y_outer] = innerOuter(plan.strides[0]!);
    const constants = { rank: plan.extents.length };
    const uniforms = { inner, outer, y_inner, y_outer };
    const first = Tensor.zeros(gpu, y.shape, "u32");
    inElements({ x }, (pieces, count, start) => {
      firstKernel.dispatch(gpu, { ...pieces, y, first }, { count, start, ...uniforms }, {
        threads: count,
      }, constants);
    });
    inElements({ dx }, (pieces, count, start) => {
      backwardKernel.dispatch(gpu, { first, dy, ...pieces }, { count, start, ...uniforms }, {
        threads: count,
      }, constants);
    });
    return [dx];
  });
}
