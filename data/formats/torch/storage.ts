import type { DType } from "../dtype.ts";
import { elementType } from "../dtype.ts";

/** Where the bytes of a storage come from; `read` returns exactly `size` bytes. */
export interface StorageBytes {
  readonly size: number;
  read(): Uint8Array;
}

/** The memory that one or several PyTorch tensors share, read from the file when it is first needed. */
export class TorchStorage {
  // Held weakly: a tensor that views these bytes keeps them, a copied or halved one need not.
  #bytes: WeakRef<Uint8Array> | undefined;

  constructor(
    readonly source: StorageBytes,
    /** Kind of its elements; null for an untyped storage, whose tensors bring their own. */
    readonly dtype: DType | null,
    readonly bigEndian: boolean,
    /** Name of the file, for errors. */
    readonly file: string,
  ) {}

  /** Number of bytes. */
  get size(): number {
    return this.source.size;
  }

  /** Returns the bytes from `offset`, as they lie in the file. */
  read(offset: number, length: number): Uint8Array {
    let bytes = this.#bytes?.deref();
    if (!bytes) {
      bytes = this.source.read();
      this.#bytes = new WeakRef(bytes);
    }
    return bytes.subarray(offset, offset + length);
  }
}

const STORAGE_DTYPES: Readonly<Record<string, DType>> = {
  FloatStorage: "float32",
  DoubleStorage: "float64",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
  ComplexFloatStorage: "complex64",
  ComplexDoubleStorage: "complex128",
};

/** Kinds whose numbers mean something only with a scale, which stands beside them. */
const QUANTISED: Readonly<Record<string, DType>> = {
  QInt8Storage: "int8",
  QUInt8Storage: "uint8",
  QInt32Storage: "int32",
  // Two and four numbers a byte; PyTorch counts bytes.
  QUInt4x2Storage: "uint8",
  QUInt2x4Storage: "uint8",
};

/** Returns the dtype of a storage class by its name, null for an untyped one. */
export function storageDtype(name: string): DType | null {
  if (name === "UntypedStorage") return null;
  for (const known of [STORAGE_DTYPES, QUANTISED]) {
    if (Object.hasOwn(known, name)) return known[name]!;
  }
  throw new RangeError(`the storage class "${name}" is not supported`);
}

/** Bytes that `count` elements of a storage take; the count of an untyped storage is in bytes. */
export function storageBytes(dtype: DType | null, count: unknown): number {
  const bytes = Number(count) * (dtype === null ? 1 : elementType(dtype).bytes);
  if (typeof count !== "number" || !Number.isSafeInteger(bytes) || count < 0) {
    throw new RangeError(`a storage cannot have ${count} elements`);
  }
  return bytes;
}
