import { writeAtomically } from "../files/atomic_file.ts";
import { type ByteSource, openSource } from "./byte_source.ts";
import {
  type Checksums,
  checkTensor,
  takeChecksums,
  withChecksums,
} from "./checksums/checksums.ts";
import { crc32 } from "./checksums/crc32.ts";
import { repeatedKey } from "./json/repeated_key.ts";
import { refuseOtherKinds } from "./file_kind.ts";
import { type DType, elementCount, elementType } from "./dtype.ts";
import { decodeElements, encodeElements } from "./elements.ts";
import { checkNdArray, type NdArray } from "./nd_array.ts";
import { readingAt, unreadable } from "./unreadable.ts";
import { concatBytes } from "./zip/zip_write.ts";

/** The tensors of a safetensors file by name, in the order of the file, and its text metadata. */
export interface Safetensors {
  /** Arrays by name. */
  readonly tensors: Map<string, NdArray>;
  /** Texts by name. */
  readonly metadata: Record<string, string>;
}

/** What the header says of one tensor; `begin` and `end` count from the start of the data. */
export interface TensorInfo {
  readonly dtype: DType;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

/** The header of a safetensors file, checked against the size of the file. */
export interface SafetensorsHeader {
  readonly tensors: Map<string, TensorInfo>;
  readonly metadata: Record<string, string>;
  /** What the tensors' bytes must sum up to, where the writer noted it. */
  readonly checksums: Checksums | null;
  readonly dataOffset: number;
}

const DTYPES: Readonly<Record<string, DType>> = {
  BOOL: "bool",
  I8: "int8",
  U8: "uint8",
  I16: "int16",
  U16: "uint16",
  I32: "int32",
  U32: "uint32",
  I64: "int64",
  U64: "uint64",
  F8_E4M3: "float8_e4m3fn",
  F8_E5M2: "float8_e5m2",
  F16: "float16",
  BF16: "bfloat16",
  F32: "float32",
  F64: "float64",
  C64: "complex64",
};
/** What a dtype is called in a file. */
export const NAMES = new Map(Object.entries(DTYPES).map(([name, dtype]) => [dtype, name]));

// The format's own bound on its header.
const MAX_HEADER = 100_000_000;

/**
 * Reads a safetensors file given as bytes or path. Aligned data are shared with the bytes, not copied;
 * float16 and bfloat16 become Float32Array, `dtype` keeps the stored kind. Tensors that were written with
 * checksums are compared with them.
 */
export function readSafetensors(
  input: Uint8Array | string,
  { file }: { file?: string } = {},
): Safetensors {
  const source = openSource(input, file);
  const { tensors, metadata, checksums, dataOffset } = readSafetensorsHeader(source);
  const data = source.read(dataOffset, source.size - dataOffset);
  const read = new Map<string, NdArray>();
  for (const [name, { dtype, shape, begin, end }] of tensors) {
    const bytes = data.subarray(begin, end);
    if (checksums) {
      readingAt(source.file, dataOffset + begin, () => checkTensor(checksums, name, bytes));
    }
    read.set(name, { dtype, shape, data: decodeElements(dtype, bytes) });
  }
  return { tensors: read, metadata };
}

/** Reads and checks the header alone: names, dtypes and shapes of a file of any size. */
export function readSafetensorsHeader(
  input: Uint8Array | string | ByteSource,
): SafetensorsHeader {
  const opaque = typeof input === "string" || input instanceof Uint8Array;
  const source = opaque ? openSource(input) : input;
  refuseOtherKinds(source, "a safetensors file", ["safetensors"]);
  const start = source.read(0, 8);
  const length = Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER || length > source.size - 8) {
    throw unreadable(
      source.file,
      0,
      `the header has ${length} bytes, it must fit into the file and into ${MAX_HEADER}`,
    );
  }
  return readingAt(source.file, 8, () => {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(source.read(8, length));
    // What the format forbids: two readers would see different tensors in such a file.
    if (!text.startsWith("{")) throw new RangeError("the header does not start with {");
    const twice = repeatedKey(text);
    if (twice !== null) throw new RangeError(`the header has ${JSON.stringify(twice)} twice`);
    const header = parseHeader(text);
    checkCoverage(header.tensors, source.size - 8 - length);
    return { ...header, ...takeChecksums(header.metadata), dataOffset: 8 + length };
  });
}

function parseHeader(text: string): Pick<SafetensorsHeader, "tensors" | "metadata"> {
  const json: unknown = JSON.parse(text);
  if (!isRecord(json)) throw new RangeError("the header is not a JSON object");
  const tensors = new Map<string, TensorInfo>();
  const metadata: Record<string, string> = Object.create(null);
  for (const [name, entry] of Object.entries(json)) {
    if (!isRecord(entry)) throw new RangeError(`the header of "${name}" is not an object`);
    if (name === "__metadata__") Object.assign(metadata, checkMetadata(entry));
    else tensors.set(name, parseEntry(name, entry));
  }
  return { tensors, metadata };
}

function checkMetadata(entry: Record<string, unknown>): Record<string, string> {
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value !== "string") throw new RangeError(`the metadata "${key}" is not a string`);
  }
  return entry as Record<string, string>;
}

function parseEntry(name: string, entry: Record<string, unknown>): TensorInfo {
  const { dtype: code, shape, data_offsets: offsets } = entry;
  const dtype = typeof code === "string" && Object.hasOwn(DTYPES, code) ? DTYPES[code] : undefined;
  if (!dtype) throw new RangeError(`"${name}" has the unknown dtype ${JSON.stringify(code)}`);
  if (!isNumberList(shape)) throw new RangeError(`"${name}" has no shape`);
  if (!isNumberList(offsets) || offsets.length !== 2) {
    throw new RangeError(`"${name}" has no pair of offsets`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = elementCount(shape) * elementType(dtype).bytes;
  if (!Number.isSafeInteger(begin) || begin < 0 || end - begin !== bytes) {
    throw new RangeError(
      `"${name}" lies from ${begin} to ${end}, its shape [${shape}] of ${code} needs ${bytes} bytes`,
    );
  }
  return { dtype, shape, begin, end };
}

// The format wants the tensors to cover the data exactly: a hole could hide anything, an overlap
// would let a small file claim a large amount of memory.
function checkCoverage(tensors: Map<string, TensorInfo>, size: number): void {
  let at = 0;
  const sorted = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { begin, end }] of sorted) {
    if (begin !== at) {
      throw new RangeError(`"${name}" begins at ${begin} of the data, it must begin at ${at}`);
    }
    at = end;
  }
  if (at !== size) {
    throw new RangeError(`the tensors end at ${at} of the data, the file at ${size}`);
  }
}

/** Returns the bytes of a safetensors file. */
export function encodeSafetensors(
  tensors: Iterable<readonly [string, NdArray]>,
  metadata: Readonly<Record<string, string>> = {},
  options: { readonly checksums?: boolean } = {},
): Uint8Array {
  return concatBytes(safetensorsChunks(tensors, metadata, options));
}

/**
 * Writes a safetensors file; the path holds the old file or the whole new one, never a part.
 * `checksums` go to its metadata, so that a reader of ours notices a bit that has changed on the disk.
 */
export function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [string, NdArray]>,
  metadata: Readonly<Record<string, string>> = {},
  options: { readonly checksums?: boolean } = {},
): void {
  writeAtomically(path, safetensorsChunks(tensors, metadata, options));
}

function safetensorsChunks(
  tensors: Iterable<readonly [string, NdArray]>,
  metadata: Readonly<Record<string, string>>,
  { checksums = false }: { readonly checksums?: boolean } = {},
): Uint8Array[] {
  // Wide elements first, then by name, as the reference writer does: so every tensor lies aligned.
  const sorted = [...tensors].sort(([nameA, a], [nameB, b]) =>
    elementType(b.dtype).bytes - elementType(a.dtype).bytes || (nameA < nameB ? -1 : 1)
  );
  const header = new Map<string, unknown>();
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const [name, array] of sorted) {
    if (header.has(name) || name === "__metadata__") {
      throw new RangeError(`Cannot write safetensors: the name "${name}" is taken`);
    }
    const dtype = NAMES.get(array.dtype);
    if (!dtype) throw new TypeError(`Cannot write safetensors: it has no dtype ${array.dtype}`);
    checkNdArray(array, `write "${name}"`);
    const bytes = encodeElements(array.dtype, array.data);
    header.set(name, { dtype, shape: array.shape, data_offsets: [at, at + bytes.length] });
    chunks.push(bytes);
    at += bytes.length;
  }
  const noted = checksums
    ? withChecksums(metadata, sorted.map(([name], i) => [name, crc32(chunks[i]!)]))
    : metadata;
  return [safetensorsHead(header, noted), ...chunks];
}

/** The length and the header of a file: what it says of tensors by name, and its metadata. */
export function safetensorsHead(
  header: ReadonlyMap<string, unknown>,
  noted: Readonly<Record<string, string>>,
): Uint8Array {
  const entries = Object.keys(noted).length
    ? [["__metadata__", noted] as const, ...header]
    : header;
  const json = [...entries].map(([name, entry]) =>
    `${JSON.stringify(name)}:${JSON.stringify(entry)}`
  );
  const text = new TextEncoder().encode(`{${json.join(",")}}`);
  const length = Math.ceil(text.length / 8) * 8;
  const start = new Uint8Array(8 + length).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(length), true);
  start.set(text, 8);
  return start;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumberList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
