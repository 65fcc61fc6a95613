import { decodeElements } from "../elements.ts";
import { elementCount, elementType, type TypedArray } from "../dtype.ts";
import type { AnyArray } from "../nd_array.ts";
import { copyStrided, fortranStrides } from "../strided.ts";
import type { NumpyType } from "./numpy_type.ts";

// Items without bytes cost the file nothing, so only their number can be held against them.
const MAX_EMPTY_ITEMS = 2 ** 20;

/**
 * Makes an array from the bytes NumPy stored for it, always in C order: Fortran order is copied, and
 * numbers that lie as their typed array wants them are not.
 */
export function decodeNumpyArray(
  type: NumpyType,
  bytes: Uint8Array,
  shape: number[],
  fortran: boolean,
): AnyArray {
  const count = elementCount(shape);
  if (count * type.bytes > bytes.length) {
    throw new RangeError(
      `shape [${shape}] needs ${count * type.bytes} bytes, only ${bytes.length} are there`,
    );
  }
  if (type.bytes === 0 && count > MAX_EMPTY_ITEMS) {
    throw new RangeError(`shape [${shape}] has too many items of no size`);
  }
  const used = bytes.subarray(0, count * type.bytes);
  // Fields are taken apart first, so that each is put in order by itself.
  if (type.kind === "struct") return decodeStruct(type, used, shape, fortran);
  const reorder = fortran && shape.length > 1;
  switch (type.kind) {
    case "number": {
      const { dtype, bigEndian } = type;
      const { width } = elementType(dtype);
      const data = decodeElements(dtype, used, { bigEndian });
      if (dtype === "bool") checkBooleans(data);
      if (!reorder) return { shape, dtype, data };
      const ordered = new (data.constructor as { new (length: number): TypedArray })(data.length);
      copyStrided<number | bigint>(data, ordered, { shape, strides: fortranStrides(shape), width });
      return { shape, dtype, data: ordered };
    }
    case "object":
      throw new RangeError("the objects of an object array are not in its bytes");
    case "void": {
      const data = type.bytes ? splitBytes(used, type.bytes) : fill(count, new Uint8Array());
      return { shape, dtype: "object", data: reorder ? inCOrder(data, shape) : data };
    }
    default: {
      const data = type.kind === "str"
        ? decodeText(type, used, count)
        : decodeBytes(type, used, count);
      return { shape, dtype: type.kind, data: reorder ? inCOrder(data, shape) : data };
    }
  }
}

function inCOrder<T>(data: T[], shape: number[]): T[] {
  const ordered = new Array<T>(data.length);
  copyStrided(data, ordered, { shape, strides: fortranStrides(shape) });
  return ordered;
}

function decodeStruct(
  type: NumpyType & { kind: "struct" },
  bytes: Uint8Array,
  shape: number[],
  fortran: boolean,
): AnyArray {
  const count = elementCount(shape);
  const fields: Record<string, AnyArray> = Object.create(null);
  for (const { name, type: item, offset, shape: inner } of type.fields) {
    const size = item.bytes * elementCount(inner);
    const column = new Uint8Array(count * size);
    for (let i = 0; i < count; i++) {
      const from = i * type.bytes + offset;
      column.set(bytes.subarray(from, from + size), i * size);
    }
    // An inner array is always in C order; in Fortran order only the records are permuted.
    const ordered = fortran && shape.length > 1 ? permuteRecords(column, shape, size) : column;
    fields[name] = decodeNumpyArray(item, ordered, [...shape, ...inner], false);
  }
  return { shape, dtype: "struct", fields };
}

function permuteRecords(column: Uint8Array, shape: number[], size: number): Uint8Array {
  const strides = fortranStrides(shape).map((stride) => stride * size);
  const ordered = new Uint8Array(column.length);
  copyStrided(column, ordered, { shape: [...shape, size], strides: [...strides, 1] });
  return ordered;
}

function decodeText(
  { bytes: size, bigEndian }: NumpyType & { kind: "str" },
  bytes: Uint8Array,
  count: number,
): string[] {
  const codes = decodeElements("uint32", bytes, { bigEndian }) as Uint32Array;
  const width = size / 4;
  return fill(count, "").map((_, i) => {
    const item = codes.subarray(i * width, (i + 1) * width);
    let end = width;
    while (end > 0 && item[end - 1] === 0) end--;
    let text = "";
    for (let k = 0; k < end; k++) text += String.fromCodePoint(item[k]!);
    return text;
  });
}

function decodeBytes({ bytes: size }: NumpyType, bytes: Uint8Array, count: number): string[] {
  return fill(count, "").map((_, i) => {
    let end = (i + 1) * size;
    while (end > i * size && bytes[end - 1] === 0) end--;
    let text = "";
    for (let k = i * size; k < end; k++) text += String.fromCharCode(bytes[k]!);
    return text;
  });
}

function splitBytes(bytes: Uint8Array, size: number): Uint8Array[] {
  return fill(bytes.length / size, 0).map((_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function fill<T>(count: number, value: T): T[] {
  return new Array<T>(count).fill(value);
}

function checkBooleans(data: TypedArray): void {
  for (let i = 0; i < data.length; i++) {
    if ((data[i] as number) > 1) {
      throw new RangeError(`entry ${i} of a bool array is the byte ${data[i]}, it must be 0 or 1`);
    }
  }
}
