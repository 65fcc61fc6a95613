import { record } from "../../../tape.ts";
import { sizeOf, Tensor } from "../../../tensor.ts";
import { normalizeAxes } from "../reduce/reduce.ts";
import { copyBlock } from "./copy_block.ts";

/** Joins tensors of one type along an axis; their other extents are equal. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = tensors[0];
  if (!first) throw new RangeError("Cannot run concat: there is no tensor to join");
  const { gpu, shape, dtype } = first;
  const at = normalizeAxes("concat", shape.length, axis)[0]!;
  for (const tensor of tensors) {
    const fits = tensor.shape.length === shape.length &&
      tensor.shape.every((extent, i) => i === at || extent === shape[i]);
    if (!fits) {
      throw new RangeError(
        `Cannot run concat: [${tensor.shape}] does not fit [${shape}] along axis ${at}`,
      );
    }
    if (tensor.dtype !== dtype) {
      throw new TypeError(`Cannot run concat: ${tensor.dtype} beside ${dtype}, one type is needed`);
    }
  }
  const extent = tensors.reduce((sum, tensor) => sum + tensor.shape[at]!, 0);
  const y = Tensor.empty(gpu, shape.with(at, extent), dtype);
  const outer = sizeOf(shape.slice(0, at));
  const inner = sizeOf(shape.slice(at + 1));
  const row = extent * inner;
  let from = 0;
  const blocks = tensors.map((tensor) => {
    const width = tensor.shape[at]! * inner;
    const block = { tensor, width, from };
    from += width;
    return block;
  });
  for (const { tensor, width, from } of blocks) {
    copyBlock([tensor, { row: width, from: 0 }], [y, { row, from }], outer, width);
  }
  return record("concat", tensors, y, (dy, needs) =>
    blocks.map(({ tensor, width, from }, i) => {
      if (!needs[i]) return null;
      const dx = Tensor.empty(gpu, tensor.shape);
      copyBlock([dy, { row, from }], [dx, { row: width, from: 0 }], outer, width);
      return dx;
    }));
}
