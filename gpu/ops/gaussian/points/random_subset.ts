import { Kernel } from "../../../kernel.ts";
import { radixSort } from "../../../parallel/radix_sort.ts";
import { Tensor } from "../../../tensor.ts";
import { philoxSnippet, philoxUniforms } from "../../../wgsl/philox.ts";
import source from "./random_subset.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/gaussian/points/random_subset.wgsl", source, {
  include: [philoxSnippet],
});

/** Draws `samples` different ones of the first `count` (u32 [1]) of `capacity` places: u32 [samples]. */
export function randomSubset(
  count: Tensor,
  { samples, capacity }: { readonly samples: number; readonly capacity: number },
): Tensor {
  if (samples > capacity) {
    throw new RangeError(
      `Cannot run randomSubset: ${samples} of ${capacity} places, at most all can be drawn`,
    );
  }
  const { gpu } = count;
  using scope = gpu.scope();
  const keys = Tensor.empty(gpu, [capacity], "u32");
  const stream = philoxUniforms(gpu.random.take(4 * capacity));
  kernel.dispatch(gpu, { count, keys }, { capacity, ...stream }, { threads: capacity });
  return scope.keep(radixSort(keys).values.window(0, samples));
}
