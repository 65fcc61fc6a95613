import type { ByteSource } from "../../formats/byte_source.ts";
import { unreadable } from "../../formats/unreadable.ts";
import type { PlyElement, PlyHeader, PlyProperty, PlyType } from "./ply_header.ts";

/** Where a property of an element goes: value `component` of each row of `width` values of `column`. */
export interface PlyTarget {
  readonly property: string;
  readonly column: { [index: number]: number };
  readonly width: number;
  readonly component: number;
}

// Rows are read in pieces, so that a file needs no memory beyond the columns it fills.
const BYTES_PER_READ = 1 << 20;

/** The element of that name. */
export function findElement(header: PlyHeader, name: string): PlyElement | undefined {
  return header.elements.find((element) => element.name === name);
}

/**
 * Throws unless the file is long enough for the rows that its header declares; nothing is allocated
 * for them before.
 */
export function checkPlySize(source: ByteSource, header: PlyHeader): void {
  const available = source.size - header.dataOffset;
  let needed = 0;
  for (const { name, count, properties, stride } of header.elements) {
    // In text each value takes a digit and a separator, a list at least its length of zero.
    const row = header.format === "ascii" || stride === null
      ? Math.max(1, 2 * properties.length - 1)
      : stride;
    const most = row === 0 ? Infinity : Math.floor((available - needed) / row);
    if (count > Math.max(0, most)) {
      throw unreadable(
        source.file,
        header.dataOffset + needed,
        `${count} rows of "${name}" are declared, the file ends after ${Math.max(0, most)}`,
      );
    }
    needed += count * row;
  }
}

/** Reads properties of one element of a PLY file of any format into their columns. */
export function readPlyRows(
  source: ByteSource,
  header: PlyHeader,
  element: PlyElement,
  targets: readonly PlyTarget[],
): void {
  const plan = targets.map((target) => {
    const index = element.properties.findIndex(({ name }) => name === target.property);
    return { ...target, index, from: element.properties[index]! };
  });
  if (header.format === "ascii") readTextRows(source, header, element, plan);
  else readBinaryRows(source, header, element, plan);
}

type Step = PlyTarget & { readonly index: number; readonly from: PlyProperty };

function readBinaryRows(
  source: ByteSource,
  header: PlyHeader,
  element: PlyElement,
  plan: readonly Step[],
): void {
  let start = header.dataOffset;
  for (const earlier of header.elements) {
    if (earlier.stride === null) {
      throw unreadable(source.file, start, `lists in "${earlier.name}" are not supported here`);
    }
    if (earlier === element) break;
    start += earlier.count * earlier.stride;
  }
  const stride = element.stride!;
  const little = header.format === "binary_little_endian";
  const allFloats = little && element.properties.every(({ type }) => type === "f32");
  const rowsPerRead = Math.max(1, Math.floor(BYTES_PER_READ / Math.max(1, stride)));
  for (let first = 0; first < element.count; first += rowsPerRead) {
    const rows = Math.min(rowsPerRead, element.count - first);
    const bytes = source.read(start + first * stride, rows * stride);
    if (allFloats) takeFloats(bytes, first, rows, plan);
    else takeValues(bytes, first, { rows, stride, little }, plan);
  }
}

function takeFloats(bytes: Uint8Array, first: number, rows: number, plan: readonly Step[]): void {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const values = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
  const stride = values.length / rows;
  for (const { column, width, component, from } of plan) {
    let at = from.offset / 4;
    let to = first * width + component;
    for (let row = 0; row < rows; row++, at += stride, to += width) column[to] = values[at]!;
  }
}

const READERS: Readonly<Record<PlyType, (view: DataView, at: number, little: boolean) => number>> =
  {
    i8: (view, at) => view.getInt8(at),
    u8: (view, at) => view.getUint8(at),
    i16: (view, at, little) => view.getInt16(at, little),
    u16: (view, at, little) => view.getUint16(at, little),
    i32: (view, at, little) => view.getInt32(at, little),
    u32: (view, at, little) => view.getUint32(at, little),
    f32: (view, at, little) => view.getFloat32(at, little),
    f64: (view, at, little) => view.getFloat64(at, little),
  };

function takeValues(
  bytes: Uint8Array,
  first: number,
  { rows, stride, little }: { rows: number; stride: number; little: boolean },
  plan: readonly Step[],
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { column, width, component, from } of plan) {
    const read = READERS[from.type];
    for (let row = 0; row < rows; row++) {
      column[(first + row) * width + component] = read(view, row * stride + from.offset, little);
    }
  }
}

function readTextRows(
  source: ByteSource,
  header: PlyHeader,
  element: PlyElement,
  plan: readonly Step[],
): void {
  if (element.stride === null) {
    throw unreadable(
      source.file,
      header.dataOffset,
      `lists in "${element.name}" are not supported`,
    );
  }
  const before = header.elements.slice(0, header.elements.indexOf(element));
  const first = before.reduce((sum, { count }) => sum + count, 0);
  let row = -first;
  for (const { line, offset } of textLines(source, header.dataOffset)) {
    if (row >= element.count) return;
    if (row >= 0) {
      const words = line.split(/\s+/);
      const values = words.map(numberOf);
      if (values.length !== element.properties.length || values.includes(undefined)) {
        throw unreadable(
          source.file,
          offset,
          `row ${row} of "${element.name}" must be ${element.properties.length} numbers`,
        );
      }
      for (const { column, width, component, index } of plan) {
        column[row * width + component] = values[index]!;
      }
    }
    row++;
  }
  if (row < element.count) {
    throw unreadable(
      source.file,
      source.size,
      `${element.count - row} rows of "${element.name}" are missing`,
    );
  }
}

function numberOf(word: string): number | undefined {
  const [, sign, name] = word.toLowerCase().match(/^([-+]?)(nan|inf|infinity)$/) ?? [];
  if (name !== undefined) return name === "nan" ? NaN : sign === "-" ? -Infinity : Infinity;
  const value = word === "" ? NaN : Number(word);
  return Number.isNaN(value) ? undefined : value;
}

/** The lines of a text from `start` that are not empty, read in pieces. */
function* textLines(
  source: ByteSource,
  start: number,
): Generator<{ line: string; offset: number }> {
  const decoder = new TextDecoder("latin1");
  let rest = "";
  for (let at = start; at < source.size;) {
    const length = Math.min(BYTES_PER_READ, source.size - at);
    const text = rest + decoder.decode(source.read(at, length));
    const lines = text.split("\n");
    let offset = at - rest.length;
    at += length;
    rest = at < source.size ? lines.pop()! : "";
    if (rest.length > BYTES_PER_READ) {
      throw unreadable(source.file, offset, `a line of more than ${BYTES_PER_READ} bytes`);
    }
    for (const line of lines) {
      if (line.trim() !== "") yield { line: line.trim(), offset };
      offset += line.length + 1;
    }
  }
}
