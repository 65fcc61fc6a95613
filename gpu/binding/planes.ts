import type { Tensor } from "../tensor.ts";
import { runsOf } from "./limit.ts";
import { slice, sliceable } from "./slice.ts";

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
  const sizes = tensors.map((tensor) => tensor.size / planes);
  const most = Math.max(1, Math.floor(sliceable(tensors[0]!.gpu) / Math.max(1, ...sizes)));
  for (const { first, count } of runsOf(planes, most)) {
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
