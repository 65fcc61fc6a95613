import { Kernel } from "../../gpu/kernel.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import backwardSource from "./l1_backward.wgsl" with { type: "text" };
import forwardSource from "./l1.wgsl" with { type: "text" };
import { partialGroups, weightedMean } from "../voxels/weighted_mean.ts";

const forward = new Kernel("loss/photometric/l1.wgsl", forwardSource, { include: [reduceSnippet] });
const backward = new Kernel("loss/photometric/l1_backward.wgsl", backwardSource);

/**
 * Mean of |x - target| over all values, each times |mask| where a mask is given; what is masked out
 * still counts in the mean, as in the depth term of 3DGS. The gradient goes to x only.
 */
export function l1(
  x: Tensor,
  target: Tensor,
  { mask = null }: { readonly mask?: Tensor | null } = {},
): Tensor {
  for (const [name, tensor] of Object.entries({ target, mask })) {
    if (tensor && tensor.shape.join() !== x.shape.join()) {
      throw new RangeError(
        `Cannot run l1: "${name}" must be [${x.shape.join(", ")}], got [${
          tensor.shape.join(", ")
        }]`,
      );
    }
  }
  const { gpu, size: count } = x;
  const groups = partialGroups(count);
  const partials = Tensor.empty(gpu, [groups, 2]);
  const tensors = { x, goal: target, mask: mask ?? target };
  const masked = Number(mask !== null);
  forward.dispatch(gpu, { ...tensors, partials }, { count, masked }, { groups });
  const { loss } = weightedMean(partials);
  return record("l1", [x], loss, (dloss) => {
    const dx = Tensor.empty(gpu, x.shape);
    backward.dispatch(gpu, { ...tensors, dloss, dx }, { count, masked, scale: 1 / count }, {
      threads: count,
    });
    return [dx];
  });
}
