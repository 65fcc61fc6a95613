import type { PlyFormat } from "./header.ts";
import { writeColumn } from "./scalars.ts";
import {
  isPlyList,
  type Ply,
  PLY_NAMES,
  plyBytes,
  type PlyElement,
  type PlyList,
  type PlyNumbers,
  type PlyType,
  plyTypeOf,
} from "./types.ts";

// Rows are made in pieces of this many, so that a large file is never in memory twice.
const ROWS = 2 ** 14;

/** Yields the header and the rows of a PLY file, ready for `writeAtomically`. */
export function* plyChunks(
  { comments, elements }: Ply,
  format: PlyFormat,
): Generator<Uint8Array> {
  const lines = ["ply", `format ${format} 1.0`];
  for (const comment of comments) {
    if (/[\r\n]/.test(comment)) {
      throw new RangeError("Cannot write PLY: a comment has a line break, it must be one line");
    }
    lines.push(`comment ${comment}`);
  }
  for (const [name, element] of elements) {
    lines.push(`element ${word(name)} ${element.count}`);
    for (const [property, column] of element.properties) {
      checkRows(`${name}.${property}`, column, element.count);
      const list = isPlyList(column) ? `list ${PLY_NAMES[column.countType]} ` : "";
      lines.push(`property ${list}${PLY_NAMES[typeOf(column)]} ${word(property)}`);
    }
  }
  lines.push("end_header", "");
  yield new TextEncoder().encode(lines.join("\n"));
  for (const element of elements.values()) {
    if (element.properties.size === 0) continue;
    for (let first = 0; first < element.count; first += ROWS) {
      const rows = Math.min(ROWS, element.count - first);
      if (format === "ascii") yield asciiRows(element, first, rows);
      else yield binaryRows(element, { first, rows, little: format !== "binary_big_endian" });
    }
  }
}

function typeOf(column: PlyNumbers | PlyList): PlyType {
  return plyTypeOf(isPlyList(column) ? column.values : column);
}

function word(name: string): string {
  if (/^[^\s]+$/.test(name)) return name;
  throw new RangeError(`Cannot write PLY: the name "${name}" is not one word, it must be`);
}

function checkRows(name: string, column: PlyNumbers | PlyList, count: number): void {
  if (!isPlyList(column)) {
    if (column.length === count) return;
    throw new RangeError(
      `Cannot write PLY: "${name}" has ${column.length} rows, it must have ${count}`,
    );
  }
  const { offsets, values, countType } = column;
  let valid = offsets.length === count + 1 && offsets[0] === 0 && offsets[count] === values.length;
  const longest = LONGEST[countType] ?? -1;
  for (let row = 0; valid && row < count; row++) {
    const length = offsets[row + 1]! - offsets[row]!;
    valid = length >= 0 && length <= longest;
  }
  if (valid) return;
  throw new RangeError(
    `Cannot write PLY: the offsets of "${name}" must be ${count + 1} growing ones, ` +
      `their steps within ${countType}`,
  );
}

const LONGEST: Partial<Record<PlyType, number>> = {
  int8: 127,
  uint8: 255,
  int16: 32767,
  uint16: 65535,
  int32: 2 ** 31 - 1,
  uint32: 2 ** 32 - 1,
};

function asciiRows({ properties }: PlyElement, first: number, rows: number): Uint8Array {
  const lines: string[] = [];
  for (let row = first; row < first + rows; row++) {
    const words: string[] = [];
    for (const column of properties.values()) {
      if (!isPlyList(column)) {
        words.push(textOf(column, row));
        continue;
      }
      const { offsets, values } = column;
      words.push(String(offsets[row + 1]! - offsets[row]!));
      for (let i = offsets[row]!; i < offsets[row + 1]!; i++) words.push(textOf(values, i));
    }
    lines.push(words.join(" "));
  }
  return new TextEncoder().encode(lines.join("\n") + "\n");
}

function textOf(column: PlyNumbers, index: number): string {
  const value = column[index];
  if (Object.is(value, -0)) return "-0";
  // Nine digits give every f32 back.
  if (column instanceof Float32Array && Number.isFinite(value)) {
    return String(Number(value!.toPrecision(9)));
  }
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "nan" : value! > 0 ? "inf" : "-inf";
}

interface Rows {
  readonly first: number;
  readonly rows: number;
  readonly little: boolean;
}

function binaryRows({ properties }: PlyElement, { first, rows, little }: Rows): Uint8Array {
  const columns = [...properties.values()];
  const fixed = columns.every((column) => !isPlyList(column));
  if (!fixed) return listRows(columns, { first, rows, little });
  const types = columns.map((column) => typeOf(column));
  const stride = types.reduce((sum, type) => sum + plyBytes(type), 0);
  const bytes = new Uint8Array(rows * stride);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  columns.forEach((column, c) => {
    const to = { view, offset, stride, count: rows, little };
    writeColumn(types[c]!, to, column as PlyNumbers, first);
    offset += plyBytes(types[c]!);
  });
  return bytes;
}

function listRows(
  columns: (PlyNumbers | PlyList)[],
  { first, rows, little }: Rows,
): Uint8Array {
  const size = columns.reduce((sum, column) => {
    if (!isPlyList(column)) return sum + rows * column.BYTES_PER_ELEMENT;
    const items = column.offsets[first + rows]! - column.offsets[first]!;
    return sum + rows * plyBytes(column.countType) + items * column.values.BYTES_PER_ELEMENT;
  }, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (column: PlyNumbers, type: PlyType, start: number, count: number): void => {
    const stride = plyBytes(type);
    writeColumn(type, { view, offset: at, stride, count, little }, column, start);
    at += stride * count;
  };
  const length = new Uint32Array(1);
  for (let row = first; row < first + rows; row++) {
    for (const column of columns) {
      if (!isPlyList(column)) {
        put(column, typeOf(column), row, 1);
        continue;
      }
      length[0] = column.offsets[row + 1]! - column.offsets[row]!;
      put(length, column.countType, 0, 1);
      put(column.values, typeOf(column.values), column.offsets[row]!, length[0]);
    }
  }
  return bytes;
}
