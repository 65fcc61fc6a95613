import { Kernel, type Snippet } from "../kernel.ts";
import { Tensor } from "../tensor.ts";
import { workgroupScanSnippet } from "../wgsl/workgroup_scan.ts";
import countSource from "./radix_count.wgsl" with { type: "text" };
import bindingsSource from "./radix_scatter_bindings.wgsl" with { type: "text" };
import scatterSource from "./radix_scatter.wgsl" with { type: "text" };
import serialSource from "./radix_scatter_serial.wgsl" with { type: "text" };
import { exclusiveScan } from "./scan.ts";

const TILE = 4096;
const bindings: Snippet = {
  path: "gpu/parallel/radix_scatter_bindings.wgsl",
  source: bindingsSource,
};
const radixCount = new Kernel("gpu/parallel/radix_count.wgsl", countSource);
const radixScatter = new Kernel("gpu/parallel/radix_scatter.wgsl", scatterSource, {
  include: [bindings, workgroupScanSnippet],
});
const radixScatterSerial = new Kernel("gpu/parallel/radix_scatter_serial.wgsl", serialSource, {
  include: [bindings],
});

/** What to sort by. */
export interface SortOptions {
  /** Low bits of the keys that differ; every 8 of them cost a pass over memory. */
  readonly bits?: number;
  /** Equally long runs of the keys, each sorted on its own. */
  readonly segments?: number;
  /**
   * u32 [1] or longer: only so many keys of each segment are there, from its first on; the last number
   * counts for all segments that follow. What is behind them comes out undefined.
   */
  readonly count?: Tensor;
}

/** Keys and values in the order of the keys. */
export interface SortedPairs {
  /** u32, ascending. */
  readonly keys: Tensor;
  /** u32, each with its key. */
  readonly values: Tensor;
}

/**
 * Sorts pairs of u32 by ascending key; equal keys keep their order. Without values, these are the
 * positions of the keys, counted over all segments.
 */
export function radixSort(
  keys: Tensor,
  values: Tensor | null = null,
  { bits = 32, segments = 1, count }: SortOptions = {},
): SortedPairs {
  check(keys, values, { bits, segments, ...count && { count } });
  const { gpu, size, shape } = keys;
  const length = size / segments;
  const tiles = Math.ceil(length / TILE);
  const scatter = gpu.tuning.scatter === "serial" ? radixScatterSerial : radixScatter;
  using scope = gpu.scope();
  const pair = () => ({
    keys: Tensor.empty(gpu, shape, "u32"),
    values: Tensor.empty(gpu, shape, "u32"),
  });
  const passes = Math.max(1, Math.ceil(bits / 8));
  const pairs = Array.from({ length: Math.min(passes, 2) }, pair);
  let from: { keys: Tensor; values: Tensor | null } = { keys, values };
  for (let pass = 0; pass < passes && size > 0; pass++) {
    const digits = 1 << Math.min(8, bits - 8 * pass);
    const to = pairs[pass % 2]!;
    const counts = Tensor.empty(gpu, [segments, digits, tiles], "u32");
    const uniforms = {
      length,
      tiles,
      groups: segments * tiles,
      shift: 8 * pass,
      digits,
      counted: Math.min(segments, count?.size ?? 0),
    };
    const work = { groups: segments * tiles };
    // One scan over the counts of all segments: a place is counted from the first of its segment.
    radixCount.dispatch(gpu, { keys: from.keys, count: count ?? keys, counts }, uniforms, work);
    const offsets = exclusiveScan(counts);
    scatter.dispatch(
      gpu,
      {
        keys: from.keys,
        values: from.values ?? from.keys,
        count: count ?? keys,
        offsets,
        keys_out: to.keys,
        values_out: to.values,
      },
      { ...uniforms, positions: Number(!from.values) },
      work,
    );
    counts.release();
    offsets.release();
    from = to;
  }
  const sorted = pairs[(passes - 1) % 2]!;
  scope.keep([sorted.keys, sorted.values]);
  return sorted;
}

function check(keys: Tensor, values: Tensor | null, options: SortOptions): void {
  const { bits = 32, segments = 1, count } = options;
  for (const [name, tensor] of Object.entries({ keys, values, count })) {
    if (tensor && tensor.dtype !== "u32") {
      throw new TypeError(`Cannot run radixSort: "${name}" must be u32, got ${tensor.dtype}`);
    }
  }
  if (values && values.size !== keys.size) {
    throw new RangeError(
      `Cannot run radixSort: "values" has ${values.size} values, ${keys.size} are needed`,
    );
  }
  if (!Number.isInteger(bits) || bits < 0 || bits > 32) {
    throw new RangeError(`Cannot run radixSort: "bits" is ${bits}, 0 to 32 are possible`);
  }
  if (!Number.isInteger(segments) || segments < 1 || keys.size % segments) {
    throw new RangeError(
      `Cannot run radixSort: ${keys.size} keys in ${segments} segments, all must be equally long`,
    );
  }
  if (count && (count.size < 1 || count.size > segments)) {
    throw new RangeError(
      `Cannot run radixSort: ${count.size} counts for ${segments} segments, 1 to ${segments} are possible`,
    );
  }
}
