const SIZE = 624;
const MIDDLE = 397;

/**
 * The generator MT19937 (Matsumoto and Nishimura 1998), which Python's `random` and PyTorch's CPU
 * stream draw from: with it a seed gives the views and backgrounds that it gives the reference.
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE);
  #next = SIZE;

  private constructor() {}

  /** Seeded by one word, as PyTorch does. */
  static fromWord(seed: number): MersenneTwister {
    const twister = new MersenneTwister();
    twister.#fill(seed);
    return twister;
  }

  /** Seeded as Python's `random.seed(seed)`, a whole number from 0. */
  static fromPython(seed: number): MersenneTwister {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(
        `Cannot seed a random stream: the seed is ${seed}, 0 to 2^53 - 1 is right`,
      );
    }
    const high = Math.floor(seed / 2 ** 32);
    const key = high ? [seed >>> 0, high] : [seed >>> 0];
    const twister = new MersenneTwister();
    twister.#fill(19650218);
    twister.#mixIn(key);
    return twister;
  }

  /** 32 random bits. */
  word(): number {
    if (this.#next === SIZE) this.#advance();
    let y = this.#state[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** A whole number in [0, count), drawn as Python does. */
  below(count: number): number {
    const bits = 32 - Math.clz32(count);
    let draw = this.word() >>> (32 - bits);
    while (draw >= count) draw = this.word() >>> (32 - bits);
    return draw;
  }

  /** A number in [0, 1) with 24 bits, drawn as PyTorch does for f32. */
  unit(): number {
    return (this.word() & 0xffffff) / 2 ** 24;
  }

  /** A number in [0, 1) with 53 bits, drawn as PyTorch does for f64. */
  fine(): number {
    const high = this.word() & 0x1fffff;
    return (high * 2 ** 32 + this.word()) / 2 ** 53;
  }

  /** All that the generator is, u32 [625]. */
  state(): Uint32Array<ArrayBuffer> {
    const state = new Uint32Array(this.#state.length + 1);
    state.set(this.#state);
    state[this.#state.length] = this.#next;
    return state;
  }

  /** Goes on from a state. */
  restore(state: Uint32Array): void {
    this.#state.set(state.subarray(0, SIZE));
    this.#next = state[SIZE]!;
  }

  /** Shuffles in place, as Python does. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }

  #fill(seed: number): void {
    const s = this.#state;
    s[0] = seed;
    for (let i = 1; i < SIZE; i++) {
      s[i] = Math.imul(1812433253, s[i - 1]! ^ (s[i - 1]! >>> 30)) + i;
    }
    this.#next = SIZE;
  }

  /** The authors' `init_by_array`. */
  #mixIn(key: readonly number[]): void {
    const s = this.#state;
    let i = 1;
    const step = () => {
      if (++i < SIZE) return;
      s[0] = s[SIZE - 1]!;
      i = 1;
    };
    for (let k = 0; k < SIZE; k++) {
      const j = k % key.length;
      s[i] = (s[i]! ^ Math.imul(s[i - 1]! ^ (s[i - 1]! >>> 30), 1664525)) + key[j]! + j;
      step();
    }
    for (let k = 0; k < SIZE - 1; k++) {
      s[i] = (s[i]! ^ Math.imul(s[i - 1]! ^ (s[i - 1]! >>> 30), 1566083941)) - i;
      step();
    }
    s[0] = 0x80000000;
  }

  #advance(): void {
    const s = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const y = (s[i]! & 0x80000000) | (s[(i + 1) % SIZE]! & 0x7fffffff);
      s[i] = s[(i + MIDDLE) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
