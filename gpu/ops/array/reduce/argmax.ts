import { Kernel } from "../../../kernel.ts";
import { sizeOf, Tensor } from "../../../tensor.ts";
import source from "./argmax.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/array/reduce/argmax.wgsl", source);

/** Index u32 of the largest value along an axis, which is dropped; the first one of equals. */
export function argmax(x: Tensor, axis = -1): Tensor {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const extent = x.shape[at];
  if (!extent) {
    throw new RangeError(`Cannot run argmax: [${x.shape}] has nothing along axis ${axis}`);
  }
  const [before, after] = [x.shape.slice(0, at), x.shape.slice(at + 1)];
  const [outer, inner] = [sizeOf(before), sizeOf(after)];
  const y = Tensor.empty(x.gpu, [...before, ...after], "u32");
  kernel.dispatch(x.gpu, { x, y }, { outer, extent, inner }, { threads: outer * inner });
  return y;
}
