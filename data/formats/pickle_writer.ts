/** A Python tuple in a pickle; plain arrays become lists. */
export class PickleTuple {
  constructor(readonly items: readonly Pickled[]) {}
}

/** A list in a pickle whose items are drawn one by one while it is written. */
export class PickleList {
  constructor(readonly items: Iterable<Pickled>) {}
}

/** What can be written: null, booleans, numbers, text, bytes, lists, tuples and dicts of these. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Float64Array
  | PickleTuple
  | PickleList
  | readonly Pickled[]
  | ReadonlyMap<Pickled, Pickled>
  | { readonly [key: string]: Pickled };

/**
 * Writes a value as a pickle of protocol 4, which Python 3.4 and later load. Whole numbers become
 * int, others and minus zero float; a Float64Array becomes a list of float whatever its values.
 */
export function writePickle(value: Pickled): Uint8Array<ArrayBuffer> {
  const out = new PickleBytes();
  out.byte(0x80, 4); // PROTO 4
  write(out, value);
  out.byte(0x2e); // STOP
  return out.bytes();
}

function write(out: PickleBytes, value: Pickled): void {
  if (value === null) out.byte(0x4e); // NONE
  else if (typeof value === "boolean") out.byte(value ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
  else if (typeof value === "number" && (!Number.isSafeInteger(value) || Object.is(value, -0))) {
    writeFloat(out, value);
  } else if (typeof value === "number" || typeof value === "bigint") {
    writeInteger(out, BigInt(value));
  } else if (typeof value === "string") writeText(out, value);
  else if (value instanceof Uint8Array) {
    out.byte(0x42); // BINBYTES
    out.u32(value.length);
    out.all(value);
  } else if (value instanceof Float64Array) {
    out.byte(0x5d, 0x28); // EMPTY_LIST, MARK
    for (const item of value) writeFloat(out, item);
    out.byte(0x65); // APPENDS
  } else if (value instanceof PickleTuple) {
    out.byte(0x28);
    for (const item of value.items) write(out, item);
    out.byte(0x74); // TUPLE
  } else if (Array.isArray(value) || value instanceof PickleList) {
    out.byte(0x5d, 0x28);
    for (const item of Array.isArray(value) ? value : value.items) write(out, item);
    out.byte(0x65);
  } else {
    out.byte(0x7d, 0x28); // EMPTY_DICT, MARK
    const entries = value instanceof Map ? value : Object.entries(value);
    for (const [key, item] of entries) {
      write(out, key);
      write(out, item);
    }
    out.byte(0x75); // SETITEMS
  }
}

function writeFloat(out: PickleBytes, value: number): void {
  out.byte(0x47); // BINFLOAT, big-endian
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  out.all(new Uint8Array(view.buffer));
}

function writeInteger(out: PickleBytes, value: bigint): void {
  if (value >= -0x80000000n && value < 0x80000000n) {
    out.byte(0x4a); // BININT
    out.u32(Number(value) >>> 0);
    return;
  }
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0xffn));
    rest >>= 8n;
    // The last byte's top bit is the sign.
  } while (!(rest === 0n && bytes.at(-1)! < 0x80) && !(rest === -1n && bytes.at(-1)! >= 0x80));
  if (bytes.length > 255) {
    throw new RangeError(`Cannot write a pickle: an integer of ${bytes.length} bytes, at most 255`);
  }
  out.byte(0x8a, bytes.length, ...bytes); // LONG1
}

function writeText(out: PickleBytes, value: string): void {
  const text = new TextEncoder().encode(value);
  if (text.length < 256) out.byte(0x8c, text.length); // SHORT_BINUNICODE
  else {
    out.byte(0x58); // BINUNICODE
    out.u32(text.length);
  }
  out.all(text);
}

class PickleBytes {
  #buffer = new Uint8Array(1 << 12);
  #length = 0;

  byte(...values: number[]): void {
    this.all(values);
  }

  u32(value: number): void {
    this.byte(value & 255, value >>> 8 & 255, value >>> 16 & 255, value >>> 24);
  }

  all(values: ArrayLike<number>): void {
    if (this.#length + values.length > this.#buffer.length) {
      const larger = new Uint8Array(2 * (this.#length + values.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(values, this.#length);
    this.#length += values.length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }
}
