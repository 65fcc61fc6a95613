/** Exclusive sums and, as a last value, the total. */
export function scan(values: ArrayLike<number>): Uint32Array {
  const sums = new Uint32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i]! + values[i]!;
  return sums;
}
