import { Kernel } from "../kernel.ts";
import { checkShapes } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import offsetsSource from "./segment_offsets.wgsl" with { type: "text" };
import sumSource from "./segment_sum.wgsl" with { type: "text" };
import vectorsSource from "./segment_sum_vectors.wgsl" with { type: "text" };

const offsetsKernel = new Kernel("gpu/parallel/segment_offsets.wgsl", offsetsSource);
const sumKernel = new Kernel("gpu/parallel/segment_sum.wgsl", sumSource);
const vectorsKernel = new Kernel("gpu/parallel/segment_sum_vectors.wgsl", vectorsSource);

/**
 * Where the runs of equal keys start in sorted u32 keys [n]: [count + 1], key k having the positions
 * from element k up to element k + 1; keys of `count` and more lie behind all runs.
 */
export function segmentOffsets(keys: Tensor, count: number): Tensor {
  if (keys.dtype !== "u32") {
    throw new TypeError(`Cannot run segmentOffsets: "keys" must be u32, got ${keys.dtype}`);
  }
  const { gpu } = keys;
  const offsets = Tensor.empty(gpu, [count + 1], "u32");
  offsetsKernel.dispatch(gpu, { keys, offsets }, { keys: keys.size, count }, {
    threads: count + 1,
  });
  return offsets;
}

/**
 * Sums runs of rows in an order that depends on the sizes only: values [n, channels] f32, offsets
 * [segments + 1] u32, optionally the rows by `order` [n] u32; returns [segments, channels].
 */
export function segmentSum(
  values: Tensor,
  offsets: Tensor,
  { order }: { readonly order?: Tensor } = {},
): Tensor {
  const { rows, channels, ends } = checkShapes("segmentSum", {
    values: [values, "rows", "channels"],
    offsets: [offsets, "ends"],
    order: [order, "entries"],
  });
  if (ends < 1) {
    throw new RangeError(
      'Cannot run segmentSum: "offsets" is empty, one more than segments needed',
    );
  }
  const { gpu } = values;
  const segments = ends - 1;
  const sums = Tensor.empty(gpu, [segments, channels]);
  const CHANNELS = Math.min(64, powerOfTwo(channels));
  // About eight rows to a thread, where so many are to be expected.
  const average = (order?.size ?? rows) / Math.max(1, segments);
  const ROWS = Math.min(64 / CHANNELS, powerOfTwo(average / 8));
  if (channels % 4 === 0 && channels > 0 && ROWS === 1) {
    const vectors = channels / 4;
    vectorsKernel.dispatch(
      gpu,
      { values, offsets, order: order ?? offsets, sums },
      { segments, vectors, ordered: Number(order !== undefined) },
      { threads: segments * vectors },
    );
    return sums;
  }
  const blocks = Math.ceil(channels / CHANNELS);
  const perGroup = 64 / (CHANNELS * ROWS);
  sumKernel.dispatch(
    gpu,
    { values, offsets, order: order ?? offsets, sums },
    { segments, channels, blocks, ordered: Number(order !== undefined) },
    { groups: Math.ceil(segments / perGroup) * blocks },
    { CHANNELS, ROWS },
  );
  return sums;
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}
