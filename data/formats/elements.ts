import { type DType, elementType, type TypedArray } from "./dtype.ts";

/**
 * Decodes stored bytes into the typed array of their dtype: a view of the same memory when the bytes
 * are little-endian, aligned and stored as the array type stores them, else a copy.
 */
export function decodeElements(
  dtype: DType,
  bytes: Uint8Array,
  { bigEndian = false } = {},
): TypedArray {
  const type = elementType(dtype);
  const count = Math.floor(bytes.length / type.bytes);
  let stored = bytes.subarray(0, count * type.bytes);
  if (bigEndian && type.word > 1) stored = swapBytes(stored, type.word);
  if (dtype === "float16") return Float32Array.from(viewOrCopy(stored, 2, Float16Array));
  if (dtype === "bfloat16") return widenBfloat16(viewOrCopy(stored, 2, Uint16Array));
  if (dtype === "float8_e4m3fn") return lookUp(stored, float8Table(4, 3));
  if (dtype === "float8_e5m2") return lookUp(stored, float8Table(5, 2));
  return viewOrCopy(stored, type.word, type.array);
}

/** Encodes an array as little-endian bytes of its dtype: a view of its memory when nothing changes. */
export function encodeElements(dtype: DType, data: TypedArray): Uint8Array {
  const { array } = elementType(dtype);
  if (!(data instanceof array)) {
    throw new TypeError(
      `Cannot write ${dtype}: data is a ${data.constructor.name}, it must be a ${array.name}`,
    );
  }
  if (dtype === "float16") return bytesOf(Float16Array.from(data as Float32Array));
  if (dtype === "bfloat16") return bytesOf(narrowBfloat16(data as Float32Array));
  if (dtype.startsWith("float8")) {
    throw new TypeError(`Cannot write ${dtype}: eight-bit floats are only read`);
  }
  return bytesOf(data);
}

/** Returns the bytes that a typed array covers, without copying. */
export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

interface ArrayOf<T> {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

function viewOrCopy<T>(bytes: Uint8Array, word: number, array: ArrayOf<T>): T {
  const aligned = bytes.byteOffset % word === 0 ? bytes : bytes.slice();
  return new array(aligned.buffer, aligned.byteOffset, aligned.length / word);
}

function swapBytes(bytes: Uint8Array, word: number): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += word) {
    for (let i = 0; i < word; i++) swapped[start + i] = bytes[start + word - 1 - i]!;
  }
  return swapped;
}

function widenBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

// Round to nearest, ties to even, as PyTorch does; NaN must not round up into infinity.
function narrowBfloat16(data: Float32Array): Uint16Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const halves = new Uint16Array(data.length);
  for (let i = 0; i < halves.length; i++) {
    const word = bits[i];
    const nan = (word! & 0x7fffffff) > 0x7f800000;
    halves[i] = nan ? (word! >>> 16) | 0x40 : (word! + 0x7fff + ((word! >>> 16) & 1)) >>> 16;
  }
  return halves;
}

function lookUp(codes: Uint8Array, table: Float32Array): Float32Array {
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = table[codes[i]!]!;
  return values;
}

// E5M2 is IEEE-like; E4M3FN has no infinity and one NaN per sign (OCP 8-bit floating point, 2023).
function float8Table(exponentBits: number, mantissaBits: number): Float32Array {
  const bias = 2 ** (exponentBits - 1) - 1;
  const top = 2 ** exponentBits - 1;
  return Float32Array.from({ length: 256 }, (_, code) => {
    const sign = code & 0x80 ? -1 : 1;
    const exponent = (code & 0x7f) >> mantissaBits;
    const mantissa = code & (2 ** mantissaBits - 1);
    if (mantissaBits === 3 && (code & 0x7f) === 0x7f) return NaN;
    if (mantissaBits === 2 && exponent === top) return mantissa ? NaN : sign * Infinity;
    const fraction = mantissa / 2 ** mantissaBits;
    return exponent
      ? sign * (1 + fraction) * 2 ** (exponent - bias)
      : sign * fraction * 2 ** (1 - bias);
  });
}
