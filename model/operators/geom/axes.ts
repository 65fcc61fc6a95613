import type { HostArray } from "../operator.ts";

/** An array with its axes in another order: axis i of the result is axis `order[i]` of the array. */
export function permuted({ shape, data }: HostArray, order: readonly number[]): HostArray {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const extents = order.map((axis) => shape[axis]!);
  const result = new Float32Array(data.length);
  const index = new Array<number>(order.length).fill(0);
  for (let i = 0; i < result.length; i++) {
    result[i] = data[index.reduce((sum, at, k) => sum + at * strides[order[k]!]!, 0)]!;
    for (let axis = index.length - 1; axis >= 0 && ++index[axis]! === extents[axis]; axis--) {
      index[axis] = 0;
    }
  }
  return { shape: extents, data: result };
}

/** The same values as whole numbers. */
export function integers({ shape, data }: HostArray): HostArray {
  return { shape, data: Int32Array.from(data) };
}
