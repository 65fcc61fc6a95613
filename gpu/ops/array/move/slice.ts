import { record } from "../../../tape.ts";
import { sizeOf, Tensor } from "../../../tensor.ts";
import { normalizeAxes } from "../reduce/reduce.ts";
import { copyBlock } from "./copy_block.ts";

/** Elements `start` up to `end` of one axis, as a copy; negative bounds count from the end. */
export function slice(x: Tensor, axis: number, start: number, end?: number): Tensor {
  const { gpu, shape } = x;
  const at = normalizeAxes("slice", shape.length, axis)[0]!;
  const extent = shape[at]!;
  const first = start < 0 ? start + extent : start;
  const last = end === undefined ? extent : end < 0 ? end + extent : end;
  if (!(first >= 0 && first <= last && last <= extent)) {
    throw new RangeError(
      `Cannot run slice: ${start} to ${end ?? "the end"} is not within axis ${at} of [${shape}]`,
    );
  }
  const y = Tensor.empty(gpu, shape.with(at, last - first), x.dtype);
  const outer = sizeOf(shape.slice(0, at));
  const inner = sizeOf(shape.slice(at + 1));
  const width = (last - first) * inner;
  const whole = { row: extent * inner, from: first * inner };
  const part = { row: width, from: 0 };
  copyBlock([x, whole], [y, part], outer, width);
  return record("slice", [x], y, (dy) => {
    const dx = Tensor.zeros(gpu, shape);
    copyBlock([dy, part], [dx, whole], outer, width);
    return [dx];
  });
}
