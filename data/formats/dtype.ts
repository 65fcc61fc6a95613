/** Any typed array that an `NdArray` may hold. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Kind of a stored number, by the name NumPy and PyTorch share for it. */
export type DType =
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float8_e4m3fn"
  | "float8_e5m2"
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | "complex64"
  | "complex128"
  | `datetime64[${string}]`
  | `timedelta64[${string}]`;

/** How a `DType` lies in a file and in memory. */
export interface ElementType {
  /** Bytes of one element in a file. */
  readonly bytes: number;
  /** Bytes of one word, the unit that a change of byte order reverses. */
  readonly word: number;
  /** Entries of `data` per element: 2 for complex numbers (real, imaginary), else 1. */
  readonly width: number;
  /** Makes the array type that `data` has in memory. */
  readonly array: TypedArrayConstructor;
}

type TypedArrayConstructor = {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
};

function element(word: number, array: unknown, width = 1): ElementType {
  return { bytes: word * width, word, width, array: array as TypedArrayConstructor };
}

const INT64 = element(8, BigInt64Array);

// Half-width floats become Float32Array: every kernel and every JS loop wants f32, and f16 → f32 is
// exact. `dtype` keeps the stored kind, so a writer can go back without loss.
const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  bool: element(1, Uint8Array),
  int8: element(1, Int8Array),
  uint8: element(1, Uint8Array),
  int16: element(2, Int16Array),
  uint16: element(2, Uint16Array),
  int32: element(4, Int32Array),
  uint32: element(4, Uint32Array),
  int64: INT64,
  uint64: element(8, BigUint64Array),
  float8_e4m3fn: element(1, Float32Array),
  float8_e5m2: element(1, Float32Array),
  float16: element(2, Float32Array),
  bfloat16: element(2, Float32Array),
  float32: element(4, Float32Array),
  float64: element(8, Float64Array),
  complex64: element(4, Float32Array, 2),
  complex128: element(8, Float64Array, 2),
};

/** Returns size and array type of a `DType`; throws a RangeError for a name that is none. */
export function elementType(dtype: DType): ElementType {
  const known = Object.hasOwn(ELEMENT_TYPES, dtype) ? ELEMENT_TYPES[dtype] : undefined;
  if (known) return known;
  if (/^(datetime|timedelta)64\[/.test(dtype)) return INT64;
  throw new RangeError(`Cannot use dtype "${dtype}": it is not one of the known dtypes`);
}

/** Counts the elements of a shape; throws a RangeError if a size is no whole number or overflows. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`shape [${shape}] has the size ${size}, sizes must be whole numbers`);
    }
    count *= size;
  }
  // A zero among huge sizes is an honest empty array; anything else must stay countable.
  if (!Number.isSafeInteger(count)) throw new RangeError(`shape [${shape}] is too large to count`);
  return count;
}
