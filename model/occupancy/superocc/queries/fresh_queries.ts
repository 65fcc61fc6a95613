import { Kernel } from "../../../../gpu/kernel.ts";
import { radixSort } from "../../../../gpu/parallel/radix_sort.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import keysSource from "./fresh_keys.wgsl" with { type: "text" };

const keysKernel = new Kernel("model/occupancy/superocc/queries/fresh_keys.wgsl", keysSource);

/** Which initial points become queries beside the propagated ones. */
export interface FreshQueries {
  /** u32 [count] rows of the initial points. */
  readonly rows: Tensor;
  /** u32 [points]: 1 where an initial point is far from every propagated one. */
  readonly far: Tensor;
}

/**
 * Chooses `count` of the initial points [points, 3] (m): those farther than `distance` from every
 * propagated point [propagated, 3] in the order of their `numbers` [points] in [0, 1), largest first;
 * where these are too few, near ones in the same order.
 */
export function freshQueries(
  points: Tensor,
  propagated: Tensor,
  numbers: Tensor,
  { count, distance }: { readonly count: number; readonly distance: number },
): FreshQueries {
  const sizes = checkShapes("freshQueries", {
    points: [points, "points", 3],
    propagated: [propagated, "propagated", 3],
    numbers: [numbers, "points"],
  });
  if (count > sizes.points) {
    throw new RangeError(
      `Cannot run freshQueries: ${count} of ${sizes.points} points, there must be as many`,
    );
  }
  const { gpu } = points;
  using scope = gpu.scope();
  const far = Tensor.empty(gpu, [sizes.points], "u32");
  const keys = Tensor.empty(gpu, [sizes.points], "u32");
  keysKernel.dispatch(
    gpu,
    { points, propagated, numbers, keys, far },
    { ...sizes, squared: distance ** 2 },
    { threads: sizes.points },
  );
  const rows = radixSort(keys).values.window(0, count);
  scope.keep([rows, far]);
  return { rows, far };
}
