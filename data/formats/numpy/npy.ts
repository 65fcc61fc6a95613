import { openSource } from "../byte_source.ts";
import { encodeElements } from "../elements.ts";
import { otherKind } from "../file_kind.ts";
import {
  type AnyArray,
  checkNdArray,
  isNumeric,
  type NdArray,
  type ObjectArray,
  type TextArray,
} from "../nd_array.ts";
import { decodeNumpyArray } from "./numpy_array.ts";
import { type NumpyType, parseNumpyType } from "./numpy_type.ts";
import { type Literal, parsePythonLiteral } from "./python_literal.ts";
import { elementCount } from "../dtype.ts";
import { readPickleAt } from "../pickle.ts";
import { readingAt, unreadable } from "../unreadable.ts";
import { concatBytes } from "../zip/zip_write.ts";

/** What the header of an npy file says, and where its data begin. */
export interface NpyHeader {
  readonly type: NumpyType;
  readonly shape: number[];
  readonly fortran: boolean;
  readonly dataOffset: number;
}

/** The first six bytes of every npy file. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads an npy file of numbers (versions 1 to 3) into C order. Little-endian C-order data that lie
 * aligned in `bytes` are shared with it, not copied; float16 becomes a Float32Array.
 */
export function readNpy(bytes: Uint8Array, options: { file?: string } = {}): NdArray {
  const array = readAnyNpy(bytes, options);
  if (isNumeric(array)) return array;
  throw new TypeError(
    `Cannot read "${options.file ?? "memory"}" as numbers: its dtype is ${array.dtype}, ` +
      "readAnyNpy reads it",
  );
}

/** Reads any npy file: numbers, text, structs (as one array per field) and objects. */
export function readAnyNpy(bytes: Uint8Array, { file = "memory" } = {}): AnyArray {
  const { type, shape, fortran, dataOffset } = readNpyHeader(bytes, file);
  if (type.kind === "object") return readObjects(bytes, { shape, dataOffset, file });
  return readingAt(
    file,
    dataOffset,
    () => decodeNumpyArray(type, bytes.subarray(dataOffset), shape, fortran),
  );
}

// The data of an object array are a pickle of the whole array.
function readObjects(
  bytes: Uint8Array,
  { shape, dataOffset, file }: { shape: number[]; dataOffset: number; file: string },
): AnyArray {
  const { value } = readPickleAt(bytes, dataOffset, { file });
  const array = value as Partial<ObjectArray> | null;
  if (array?.dtype === "object" && array.data?.length === elementCount(shape)) {
    return { shape, dtype: "object", data: array.data };
  }
  throw unreadable(file, dataOffset, `the pickle is no object array of shape [${shape}]`);
}

/** Reads the header alone; `bytes` may end after it. */
export function readNpyHeader(bytes: Uint8Array, file = "memory"): NpyHeader {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw otherKind(openSource(bytes, file), "an npy file");
  }
  const version = bytes[6];
  if (!(version! >= 1 && version! <= 3)) {
    throw unreadable(file, 6, `npy version ${version} is not known, it must be 1, 2 or 3`);
  }
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw unreadable(file, bytes.length, "the file ends inside its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = start + length;
  if (dataOffset > bytes.length) {
    throw unreadable(
      file,
      8,
      `the header has ${length} bytes, only ${bytes.length - start} follow`,
    );
  }
  return readingAt(file, start, () => {
    const encoding = version === 3 ? "utf-8" : "latin1";
    const text = new TextDecoder(encoding).decode(bytes.subarray(start, dataOffset));
    return { ...headerFields(parsePythonLiteral(text)), dataOffset };
  });
}

function headerFields(header: Literal): Omit<NpyHeader, "dataOffset"> {
  if (!(header instanceof Map)) throw new RangeError("the header is not a dict");
  const shape = header.get("shape");
  const fortran = header.get("fortran_order");
  if (!Array.isArray(shape) || !shape.every((size) => typeof size === "number")) {
    throw new RangeError("the header's shape is not a tuple of integers");
  }
  if (typeof fortran !== "boolean") {
    throw new RangeError("the header's fortran_order is not a bool");
  }
  elementCount(shape);
  return { type: parseNumpyType(header.get("descr")), shape, fortran };
}

/** Writes numbers or text as an npy file that NumPy reads back equal; complex data are interleaved. */
export function writeNpy(array: NdArray | TextArray): Uint8Array {
  return concatBytes(npyChunks(array));
}

/** Yields the header and the data of an npy file, ready for `writeAtomically`. */
export function npyChunks(array: NdArray | TextArray): Uint8Array[] {
  const { descr, data } = isNumeric(array) ? encodeNumbers(array) : encodeText(array);
  const shape = `(${array.shape.join(", ")}${array.shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  // Version 1 has room for 65 535 bytes of header; only absurdly many axes need version 2.
  const version = text.length + 64 > 0xffff ? 2 : 1;
  const start = version === 1 ? 10 : 12;
  // The data begin on a multiple of 64 bytes, as NumPy has it, so that readers can map them.
  const total = Math.ceil((start + text.length + 1) / 64) * 64;
  const head = new TextEncoder().encode(text.padEnd(total - start - 1) + "\n");
  const bytes = new Uint8Array(total);
  bytes.set([...MAGIC, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, head.length, true);
  else view.setUint32(8, head.length, true);
  bytes.set(head, start);
  return [bytes, data];
}

const DESCRS: Readonly<Record<string, string>> = {
  bool: "|b1",
  int8: "|i1",
  uint8: "|u1",
  int16: "<i2",
  uint16: "<u2",
  int32: "<i4",
  uint32: "<u4",
  int64: "<i8",
  uint64: "<u8",
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
  complex64: "<c8",
  complex128: "<c16",
};

function encodeNumbers(array: NdArray): { descr: string; data: Uint8Array } {
  checkNdArray(array, "write npy");
  const { dtype } = array;
  const date = /^(datetime|timedelta)64(\[.+\])$/.exec(dtype);
  const unit = date?.[2] === "[generic]" ? "" : date?.[2];
  const descr = date ? `<${date[1] === "datetime" ? "M" : "m"}8${unit}` : DESCRS[dtype];
  if (!descr) throw new TypeError(`Cannot write npy: NumPy has no dtype ${dtype}`);
  return { descr, data: encodeElements(dtype, array.data) };
}

function encodeText(array: TextArray): { descr: string; data: Uint8Array } {
  const expected = elementCount(array.shape);
  if (array.data.length !== expected) {
    throw new RangeError(
      `Cannot write npy: data has ${array.data.length} strings, shape [${array.shape}] ` +
        `must have ${expected}`,
    );
  }
  const items = array.data.map((text) => Array.from(text, (char) => char.codePointAt(0)!));
  const width = items.reduce((longest, codes) => Math.max(longest, codes.length), 1);
  const wide = array.dtype === "str";
  const data = wide ? new Uint32Array(width * expected) : new Uint8Array(width * expected);
  items.forEach((codes, i) => {
    if (!wide && codes.some((code) => code > 255)) {
      throw new RangeError(`Cannot write npy: byte string ${i} has characters beyond 255`);
    }
    data.set(codes, i * width);
  });
  return { descr: `${wide ? "<U" : "|S"}${width}`, data: new Uint8Array(data.buffer) };
}
