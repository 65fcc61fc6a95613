import type { Gpu } from "../device.ts";
import type { Tensor } from "../tensor.ts";
import { bindingAlignment, mostBound } from "./limit.ts";

/** Part of a tensor as it can be bound, and where in the view the part begins (elements). */
export interface Slice {
  readonly view: Tensor;
  readonly start: number;
}

/**
 * Elements `from` to `from + count` as a binding of whole vec4s: the view begins at the aligned
 * address before and ends on the vec4 after, which the pool's buffers always have room for.
 */
export function slice(tensor: Tensor, from: number, count: number): Slice {
  const align = Math.max(16, bindingAlignment(tensor.gpu));
  const first = tensor.byteOffset + 4 * from;
  const aligned = Math.floor(first / align) * align;
  const size = Math.ceil((first - aligned + 4 * count) / 16) * 4;
  return { view: tensor.viewAt(aligned, [size]), start: (first - aligned) / 4 };
}

/** Elements of four bytes that a slice may hold to fit a binding wherever it begins. */
export function sliceable(gpu: Gpu): number {
  return mostBound(gpu) / 4 - 64;
}
