import { type DType, elementCount, elementType, type TypedArray } from "./dtype.ts";

/**
 * A dense array in C order (last index fastest): `data` holds product(shape) entries, or twice as many
 * for complex dtypes (real, imaginary in turn).
 */
export interface NdArray {
  /** Extents, outermost first. */
  readonly shape: number[];
  /** Kind of its numbers. */
  readonly dtype: DType;
  /** The numbers; f16 and bf16 as f32. */
  readonly data: TypedArray;
}

/** An array of strings: NumPy's fixed-width text (`str`) or byte strings (`bytes`, as Latin-1 text). */
export interface TextArray {
  /** Extents, outermost first. */
  readonly shape: number[];
  /** Whether characters or bytes were stored. */
  readonly dtype: "str" | "bytes";
  /** Row by row. */
  readonly data: string[];
}

/** An array of Python objects, as the pickle reader returns them. */
export interface ObjectArray {
  /** Extents, outermost first. */
  readonly shape: number[];
  /** Pickled values. */
  readonly dtype: "object";
  /** Row by row. */
  readonly data: unknown[];
}

/** An array of records, taken apart: one array per field, its shape beginning with the record shape. */
export interface StructArray {
  /** Extents, outermost first. */
  readonly shape: number[];
  /** Named fields. */
  readonly dtype: "struct";
  /** Each field as an array of its own. */
  readonly fields: Record<string, AnyArray>;
}

/** Any array that a NumPy file can hold. */
export type AnyArray = NdArray | TextArray | ObjectArray | StructArray;

/** Says whether an array holds numbers, so that its `data` is a typed array. */
export function isNumeric(array: AnyArray): array is NdArray {
  return "data" in array && ArrayBuffer.isView(array.data);
}

/**
 * Turns int64 and uint64 data into ordinary numbers: an Int32Array if every value fits, else a
 * Float64Array; other arrays come back as they are. Throws a RangeError beyond 2^53.
 */
export function narrowIntegers(array: NdArray): NdArray {
  const { data, shape } = array;
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return array;
  // Work on the 32-bit halves: a BigInt is an allocation per element.
  const halves = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  const unsigned = data instanceof BigUint64Array;
  const small = new Int32Array(data.length);
  for (let i = 0; i < small.length; i++) {
    const low = halves[2 * i]!;
    if (halves[2 * i + 1] !== (unsigned ? 0 : low >> 31) || (unsigned && low < 0)) {
      return { shape, dtype: "float64", data: toFloat64(data) };
    }
    small[i] = low;
  }
  return { shape, dtype: "int32", data: small };
}

function toFloat64(data: BigInt64Array | BigUint64Array): Float64Array {
  return Float64Array.from({ length: data.length }, (_, i) => {
    const value = Number(data[i]);
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(
        `Cannot narrow 64-bit integers: entry ${i} is ${data[i]}, it must be below 2^53`,
      );
    }
    return value;
  });
}

/** Throws a RangeError unless `data` has exactly the entries that dtype and shape ask for. */
export function checkNdArray(array: NdArray, what: string): void {
  const expected = elementCount(array.shape) * elementType(array.dtype).width;
  if (array.data.length !== expected) {
    throw new RangeError(
      `Cannot ${what}: data has ${array.data.length} entries, shape [${array.shape}] of ` +
        `${array.dtype} must have ${expected}`,
    );
  }
}
