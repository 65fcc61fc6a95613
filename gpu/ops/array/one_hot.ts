import { Kernel } from "../../kernel.ts";
import { Tensor } from "../../tensor.ts";
import source from "./one_hot.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/array/one_hot.wgsl", source);

/** Index u32 [...] to f32 [..., classes]: 1 at the class of the index, all 0 where there is none. */
export function oneHot(index: Tensor, classes: number): Tensor {
  const y = Tensor.empty(index.gpu, [...index.shape, classes]);
  const count = y.size;
  kernel.dispatch(index.gpu, { index, y }, { count, classes }, { threads: count });
  return y;
}
