// Eleven bits a pass: a table of 2048 counts stays in the cache, six passes see all 64 bits.
const DIGIT = 11;
const SIZE = 1 << DIGIT;

/**
 * Indices that put values that are not negative into ascending order; equal ones keep their order. A
 * radix sort of the bits of doubles, which sort as their values do.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  let order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  let other = new Uint32Array(values.length);
  const counts = new Uint32Array(SIZE);
  for (const word of [0, 1]) {
    for (let shift = 0; shift < 32; shift += DIGIT) {
      counts.fill(0);
      for (let i = 0; i < order.length; i++) counts[digit(words[2 * i + word]!, shift)]!++;
      if (counts.includes(order.length)) continue; // all values have this digit
      let sum = 0;
      for (let k = 0; k < SIZE; k++) {
        const count = counts[k]!;
        counts[k] = sum;
        sum += count;
      }
      for (let at = 0; at < order.length; at++) {
        const i = order[at]!;
        other[counts[digit(words[2 * i + word]!, shift)]!++] = i;
      }
      [order, other] = [other, order];
    }
  }
  return order;
}

function digit(word: number, shift: number): number {
  return word >>> shift & SIZE - 1;
}
