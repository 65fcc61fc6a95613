import { type DType, elementCount } from "../dtype.ts";

/** What NumPy says about the items of an array, its "descr". */
export type NumpyType =
  | { kind: "number"; bytes: number; dtype: DType; bigEndian: boolean }
  | { kind: "str"; bytes: number; bigEndian: boolean }
  | { kind: "bytes"; bytes: number }
  | { kind: "void"; bytes: number }
  | { kind: "object"; bytes: number }
  | { kind: "struct"; bytes: number; fields: NumpyField[] };

/** One field of a structured type; `shape` is not empty for a field that is an array itself. */
export interface NumpyField {
  readonly name: string;
  readonly type: NumpyType;
  readonly offset: number;
  readonly shape: number[];
}

const NUMBERS: Readonly<Record<string, DType>> = {
  b1: "bool",
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
  c8: "complex64",
  c16: "complex128",
};

// Struct types may nest; the bound keeps hostile headers from exhausting the stack.
const MAX_DEPTH = 16;

/** Parses a descr: a string such as "<f4", or a list of (name, descr) or (name, descr, shape). */
export function parseNumpyType(descr: unknown, depth = 0): NumpyType {
  if (depth > MAX_DEPTH) throw new RangeError("the dtype nests too deeply");
  if (typeof descr === "string") return parseTypeString(descr);
  if (!Array.isArray(descr)) throw new RangeError(`a dtype cannot be ${JSON.stringify(descr)}`);
  let bytes = 0;
  const fields: NumpyField[] = [];
  for (const field of descr) {
    if (!Array.isArray(field) || field.length < 2) throw new RangeError("a dtype field is no pair");
    const [label, type, size] = field;
    // A label may be the pair (title, name).
    const name = Array.isArray(label) ? label[1] : label;
    if (typeof name !== "string") throw new RangeError("a dtype field has no name");
    const item = parseNumpyType(type, depth + 1);
    const shape = toShape(size);
    // Nameless fields are the padding that aligned structs need.
    if (name !== "" || item.kind !== "void") {
      fields.push({ name, type: item, offset: bytes, shape });
    }
    bytes += item.bytes * elementCount(shape);
  }
  return structType(fields, bytes);
}

/** Checks the fields of a struct against its size and against each other. */
export function structType(fields: NumpyField[], bytes: number): NumpyType {
  const names = new Set<string>();
  let covered = 0;
  for (const { name, type, offset, shape } of fields) {
    if (names.has(name)) throw new RangeError(`the dtype has the field "${name}" twice`);
    names.add(name);
    const size = type.bytes * elementCount(shape);
    covered += size;
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + size > bytes) {
      throw new RangeError(`the field "${name}" lies outside its ${bytes} byte record`);
    }
  }
  // Overlapping fields would let a small file ask for a large amount of memory.
  if (covered > bytes) throw new RangeError(`the fields of a ${bytes} byte record overlap`);
  return { kind: "struct", bytes, fields };
}

/** Parses a type string: byte order, kind letter, size, and a unit for dates. */
export function parseTypeString(text: string): NumpyType {
  const match = /^([<>=|]?)([a-zA-Z])(\d*)(?:\[([\w/ ]+)\])?$/.exec(text);
  if (!match) throw new RangeError(`the dtype "${text}" is not understood`);
  const [, order, kind, digits, unit] = match;
  const size = Number(digits || "1");
  const bigEndian = order === ">";
  if (!Number.isSafeInteger(size)) throw new RangeError(`the dtype "${text}" is too large`);
  const dtype = NUMBERS[kind! + digits!];
  if (dtype) return { kind: "number", bytes: Number(digits), dtype, bigEndian };
  if ((kind === "M" || kind === "m") && size === 8) {
    const name = kind === "M" ? "datetime64" : "timedelta64";
    return { kind: "number", bytes: 8, dtype: `${name}[${unit ?? "generic"}]`, bigEndian };
  }
  if (kind === "U") return { kind: "str", bytes: 4 * size, bigEndian };
  if (kind === "S" || kind === "a") return { kind: "bytes", bytes: size };
  if (kind === "V") return { kind: "void", bytes: size };
  if (kind === "O") return { kind: "object", bytes: 8 };
  throw new RangeError(`the dtype "${text}" is not supported`);
}

function toShape(size: unknown): number[] {
  const shape = size === undefined ? [] : Array.isArray(size) ? size : [size];
  elementCount(shape);
  return shape;
}
