import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import backwardSource from "./combine_occupancy_backward.wgsl" with { type: "text" };
import forwardSource from "./combine_occupancy.wgsl" with { type: "text" };

const forward = new Kernel("gpu/ops/gaussian/aggregate/combine_occupancy.wgsl", forwardSource);
const backward = new Kernel(
  "gpu/ops/gaussian/aggregate/combine_occupancy_backward.wgsl",
  backwardSource,
);

/**
 * Class probabilities [channels + 1, N], as the losses take them, of semantics [N, channels] and
 * occupancies [N]: semantics times occupancy, and the probability of nothing as class `empty`, the last
 * one if not given. `free` [N] is that probability where it is known to more digits than 1 - occupancy
 * has left; the gradient is that of 1 - occupancy.
 */
export function combineOccupancy(
  semantics: Tensor,
  occupancy: Tensor,
  { empty = semantics.shape[1]!, free }: {
    readonly empty?: number;
    readonly free?: Tensor;
  } = {},
): Tensor {
  const { points, channels } = checkShapes("combineOccupancy", {
    semantics: [semantics, "points", "channels"],
    occupancy: [occupancy, "points"],
    free: [free, "points"],
  });
  if (!(empty >= 0 && empty <= channels)) {
    throw new RangeError(
      `Cannot run combineOccupancy: the empty class is ${empty}, 0 to ${channels} are possible`,
    );
  }
  const { gpu } = semantics;
  const y = Tensor.empty(gpu, [channels + 1, points]);
  const sizes = { points, channels, empty };
  const work = { threads: points };
  forward.dispatch(gpu, { semantics, occupancy, free: free ?? occupancy, y }, sizes, work, {
    GIVEN: Number(free !== undefined),
  });
  return record("combineOccupancy", [semantics, occupancy], y, (dy, needs) => {
    const dsemantics = Tensor.empty(gpu, semantics.shape);
    const doccupancy = Tensor.empty(gpu, occupancy.shape);
    backward.dispatch(gpu, { semantics, occupancy, dy, dsemantics, doccupancy }, sizes, work);
    return [needs[0] ? dsemantics : null, needs[1] ? doccupancy : null];
  });
}
