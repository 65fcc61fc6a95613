import type { Tensor } from "../tensor.ts";
import { bindingLimit, slice } from "./slice.ts";

/** Pieces of tensors that have the same number of planes, each with where its first plane begins. */
export interface PlaneWindow {
  readonly planes: number;
  readonly first: number;
  readonly views: readonly Tensor[];
  readonly starts: readonly number[];
}

/** Calls `body` with as many planes of each tensor at a time as fit a binding. */
export function inPlanes(
  tensors: readonly Tensor[],
  planes: number,
  body: (window: PlaneWindow) => void,
): void {
  if (planes === 0) return;
  const limit = bindingLimit(tensors[0]!.gpu);
  const sizes = tensors.map((tensor) => tensor.size / planes);
  const most = Math.max(1, Math.floor(limit / Math.max(1, ...sizes)));
  for (let first = 0; first < planes; first += most) {
    const count = Math.min(most, planes - first);
    const bound = tensors.map((tensor, i) => slice(tensor, first * sizes[i]!, count * sizes[i]!));
    body({
      planes: count,
      first,
      views: bound.map(({ view }) => view),
      starts: bound.map(({ start }) => start),
    });
    for (const { view } of bound) view.release();
  }
}
