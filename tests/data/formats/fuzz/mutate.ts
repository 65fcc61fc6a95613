/** Seeded source of whole numbers below a bound (splitmix32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(bound: number): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    mixed = (mixed ^ (mixed >>> 15)) >>> 0;
    return Math.floor((mixed / 2 ** 32) * bound);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

const BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x30, 0x2d, 0x2e, 0x0a, 0x22, 0x28, 0x5b, 0x7b];
const WORDS = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x10000, 0xfffffff0, 65535, 256];

/** Returns a copy with one to four random changes: bytes, words, cuts, repeats and splices. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let copy: Uint8Array = bytes.slice();
  for (let left = 1 + random.below(4); left > 0 && copy.length > 0; left--) {
    copy = CHANGES[random.below(CHANGES.length)]!(copy, other, random);
  }
  return copy;
}

type Change = (bytes: Uint8Array, other: Uint8Array, random: Random) => Uint8Array;

const setByte: Change = (bytes, _, random) => {
  bytes[random.below(bytes.length)] = random.below(2) ? random.pick(BYTES) : random.below(256);
  return bytes;
};

const flipBit: Change = (bytes, _, random) => {
  bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  return bytes;
};

// Byte changes find the most, so they come more often.
const CHANGES: Change[] = [
  setByte,
  setByte,
  setByte,
  flipBit,
  flipBit,
  // A whole number where a length or an offset may lie, in either byte order.
  (bytes, _, random) => {
    if (bytes.length < 8) return bytes;
    const view = new DataView(bytes.buffer);
    const at = random.below(bytes.length - 7);
    view.setUint32(at, random.pick(WORDS), random.below(2) === 0);
    if (random.below(3) === 0) view.setUint32(at + 4, random.pick(WORDS), true);
    return bytes;
  },
  (bytes, _, random) => bytes.slice(0, random.below(bytes.length)),
  (bytes, _, random) => {
    const [at, length] = [random.below(bytes.length), random.below(16)];
    return join(bytes.subarray(0, at), bytes.subarray(at + length));
  },
  (bytes, _, random) => {
    const from = random.below(bytes.length);
    const piece = bytes.subarray(from, from + 1 + random.below(64));
    const at = random.below(bytes.length);
    return join(bytes.subarray(0, at), piece, bytes.subarray(at));
  },
  (bytes, other, random) => {
    const from = random.below(other.length);
    const piece = other.subarray(from, from + 1 + random.below(64));
    const at = random.below(bytes.length);
    return join(bytes.subarray(0, at), piece, bytes.subarray(at + piece.length));
  },
];

function join(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
