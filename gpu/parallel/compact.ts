import { Kernel } from "../kernel.ts";
import { Tensor } from "../tensor.ts";
import source from "./compact.wgsl" with { type: "text" };
import { exclusiveScan } from "./scan.ts";

const kernel = new Kernel("gpu/parallel/compact.wgsl", source);

/** What `compact` kept; the count stays on the GPU. */
export interface Compacted {
  /** u32 [n], of which the first `count` are set. */
  readonly kept: Tensor;
  /** u32 [1]. */
  readonly count: Tensor;
}

/**
 * Keeps the u32 values [n] whose flag [n] is not 0, in their order; without values, these are the
 * positions of the flags.
 */
export function compact(flags: Tensor, values: Tensor | null = null): Compacted {
  for (const [name, tensor] of Object.entries({ flags, values })) {
    if (tensor && tensor.dtype !== "u32") {
      throw new TypeError(`Cannot run compact: "${name}" must be u32, got ${tensor.dtype}`);
    }
  }
  if (values && values.size !== flags.size) {
    throw new RangeError(
      `Cannot run compact: "values" has ${values.size} values, ${flags.size} are needed`,
    );
  }
  const { gpu, size } = flags;
  using scope = gpu.scope();
  const kept = Tensor.empty(gpu, [size], "u32");
  const count = Tensor.empty(gpu, [1], "u32");
  const places = exclusiveScan(flags, { total: true, flags: true });
  kernel.dispatch(
    gpu,
    { flags, values: values ?? flags, places, kept, count },
    { count: size, positions: Number(!values) },
    { threads: size + 1 },
  );
  scope.keep([kept, count]);
  return { kept, count };
}
