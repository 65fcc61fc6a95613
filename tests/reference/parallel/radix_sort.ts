/** Positions of the keys in stable ascending order, every segment on its own. */
export function argsort(keys: ArrayLike<number>, segments = 1): Uint32Array {
  const length = keys.length / segments;
  const order = Uint32Array.from({ length: keys.length }, (_, i) => i);
  for (let start = 0; start < keys.length; start += length) {
    // Array.prototype.sort is stable.
    const sorted = Array.from(order.subarray(start, start + length))
      .sort((a, b) => keys[a]! - keys[b]!);
    order.set(sorted, start);
  }
  return order;
}
