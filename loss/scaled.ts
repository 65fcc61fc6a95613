import { Kernel } from "../gpu/kernel.ts";
import { Tensor } from "../gpu/tensor.ts";
import source from "./scaled.wgsl" with { type: "text" };

const kernel = new Kernel("loss/scaled.wgsl", source);

/** x times the number in `by` and a factor, without a place on the tape: the end of a loss's backward pass. */
export function scaled(x: Tensor, by: Tensor, factor = 1): Tensor {
  const { gpu, size } = x;
  const y = Tensor.empty(gpu, x.shape);
  kernel.dispatch(gpu, { x, dy: by, y }, { size, scale: factor }, { threads: Math.ceil(size / 4) });
  return y;
}
