/**
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): four 32-bit
 * words that are a pure function of key and counter, so any draw can be made again at any time.
 */
export function philox4x32(
  key: readonly [number, number],
  counter: readonly [number, number, number, number],
): [number, number, number, number] {
  let [k0, k1] = key;
  let [c0, c1, c2, c3] = counter;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0];
    k0 = (k0 + 0x9e3779b9) | 0; // golden ratio
    k1 = (k1 + 0xbb67ae85) | 0; // sqrt(3) - 1
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** Upper 32 bits of a 32x32-bit product, by 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff, a1 = a >>> 16, b0 = b & 0xffff, b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const carry = a0 * b1 + (middle & 0xffff);
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/** A sequence of draws from Philox, fixed by a seed and up to three numbers that name its purpose. */
export class PhiloxStream {
  readonly #key: [number, number];
  readonly #stream: readonly [number, number, number];
  #block = 0;
  #words: number[] = [];

  constructor(seed: number, ...stream: number[]) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(
        `Cannot seed a random stream: the seed is ${seed}, 0 to 2^53 - 1 is right`,
      );
    }
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32)];
    this.#stream = [stream[0] ?? 0, stream[1] ?? 0, stream[2] ?? 0];
  }

  /** A whole number in [0, 2^32). */
  word(): number {
    if (this.#words.length === 0) {
      this.#words = philox4x32(this.#key, [this.#block++, ...this.#stream]).reverse();
    }
    return this.#words.pop()!;
  }

  /** A real number in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.word() / 2 ** 32);
  }

  /** A whole number in [0, count). */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** True with probability `chance`. */
  coin(chance = 0.5): boolean {
    return this.uniform() < chance;
  }

  /** One of the entries. */
  pick<T>(entries: readonly T[]): T {
    return entries[this.integer(entries.length)]!;
  }

  /** The numbers 0..count-1 in random order (Fisher-Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}
