import { Kernel } from "../kernel.ts";
import { checkShapes } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { byWidth, VALUES, widthOf } from "../wgsl/elements/elements.ts";
import offsetsSource from "./segment_offsets.wgsl" with { type: "text" };
import sumSource from "./segment_sum.wgsl" with { type: "text" };

const offsetsKernel = new Kernel("gpu/parallel/segment_offsets.wgsl", offsetsSource);
const sumKernel = byWidth(
  VALUES,
  (element) => new Kernel("gpu/parallel/segment_sum.wgsl", sumSource, { include: [element] }),
);

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
  // About eight rows to a thread, where so many are to be expected and threads to spare.
  const average = (order?.size ?? rows) / Math.max(1, segments);
  const spare = 64 / Math.min(64, powerOfTwo(channels));
  const ROWS = Math.min(spare, powerOfTwo(average / 8));
  const wide = ROWS === 1 ? widthOf(channels) : 1;
  const columns = channels / wide;
  const COLUMNS = Math.min(64, powerOfTwo(columns));
  const blocks = Math.ceil(columns / COLUMNS);
  const perGroup = 64 / (COLUMNS * ROWS);
  sumKernel[wide].dispatch(
    gpu,
    { values, offsets, order: order ?? offsets, sums },
    { segments, columns, blocks, ordered: Number(order !== undefined) },
    { groups: Math.ceil(segments / perGroup) * blocks },
    { COLUMNS, ROWS },
  );
  return sums;
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}
