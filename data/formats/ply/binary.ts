import type { ByteSource } from "../byte_source.ts";
import { unreadable } from "../unreadable.ts";
import type { PlyElementInfo, PlyPropertyInfo } from "./header.ts";
import { readColumn } from "./scalars.ts";
import { makeColumn, plyBytes, type PlyElement, type PlyList, type PlyNumbers } from "./types.ts";

/** Where an element is read from and how. */
export interface BinaryPlace {
  source: ByteSource;
  offset: number;
  little: boolean;
}

/** Reads one element and returns it with the offset after it. */
export function readBinaryElement(
  info: PlyElementInfo,
  place: BinaryPlace,
): { element: PlyElement; end: number } {
  const smallest = info.properties.reduce(
    (sum, { type, countType }) => sum + plyBytes(countType ?? type),
    0,
  );
  const { source, offset } = place;
  const missing = offset + info.count * smallest - source.size;
  if (missing > 0) {
    const rows = Math.floor((source.size - offset) / smallest);
    throw unreadable(
      source.file,
      offset + rows * smallest,
      `${missing} bytes are missing after row ${rows} of the element "${info.name}"`,
    );
  }
  const lists = info.properties.some(({ countType }) => countType !== null);
  return lists ? readListRows(info, place) : readFixedRows(info, place, smallest);
}

// A part of the file at a time, so that it is never in memory whole; rows within are read in blocks
// that stay in the cache while column after column passes over them.
const PART_BYTES = 2 ** 23;
const BLOCK_BYTES = 2 ** 17;

function readFixedRows(
  { count, properties }: PlyElementInfo,
  { source, offset, little }: BinaryPlace,
  stride: number,
): { element: PlyElement; end: number } {
  const columns = properties.map(({ type }) => makeColumn(type, count));
  const partRows = Math.max(1, Math.floor(PART_BYTES / stride));
  const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / stride));
  for (let first = 0; first < count && stride > 0; first += partRows) {
    const rows = Math.min(partRows, count - first);
    const bytes = source.read(offset + first * stride, rows * stride);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let row = 0; row < rows; row += blockRows) {
      const block = Math.min(blockRows, rows - row);
      let at = row * stride;
      properties.forEach(({ type }, p) => {
        const from = { view, offset: at, stride, count: block, little };
        readColumn(type, from, columns[p], first + row);
        at += plyBytes(type);
      });
    }
  }
  const element = {
    count,
    properties: new Map(properties.map(({ name }, p) => [name, columns[p]])),
  };
  return { element, end: offset + count * stride };
}

// Rows with lists have no common length, so that they can only be walked one after the other.
function readListRows(
  { name, count, properties }: PlyElementInfo,
  { source, offset, little }: BinaryPlace,
): { element: PlyElement; end: number } {
  const bytes = source.read(offset, source.size - offset);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const columns = properties.map((property) => new GrowingColumn(property, count));
  let at = 0;
  for (let row = 0; row < count; row++) {
    for (const column of columns) {
      const next = column.readRow({ view, at, row, little });
      if (next < 0 || next > bytes.length) {
        throw unreadable(
          source.file,
          offset + at,
          `row ${row} of the element "${name}" does not fit into the file`,
        );
      }
      at = next;
    }
  }
  const entries = columns.map((column) => [column.property.name, column.finish()] as const);
  return { element: { count, properties: new Map(entries) }, end: offset + at };
}

interface RowPlace {
  view: DataView;
  at: number;
  row: number;
  little: boolean;
}

/** A column whose lists come one at a time. */
class GrowingColumn {
  #values: PlyNumbers;
  #length = 0;
  readonly #offsets: Uint32Array | null;
  readonly #count = new Float64Array(1);

  constructor(readonly property: PlyPropertyInfo, rows: number) {
    const list = property.countType !== null;
    this.#values = makeColumn(property.type, rows);
    this.#offsets = list ? new Uint32Array(rows + 1) : null;
  }

  /** Reads a row and returns the offset after it, which is beyond the view if that is too short. */
  readRow({ view, at, row, little }: RowPlace): number {
    const { type, countType } = this.property;
    let length = 1;
    let start = at;
    if (countType) {
      start += plyBytes(countType);
      if (start > view.byteLength) return start;
      readColumn(
        countType,
        { view, offset: at, stride: 0, count: 1, little },
        this.#count as PlyNumbers,
        0,
      );
      length = this.#count[0];
      if (length < 0) return -1;
    }
    const size = plyBytes(type);
    const end = start + length * size;
    if (end > view.byteLength) return end;
    this.#reserve(this.#length + length);
    readColumn(
      type,
      { view, offset: start, stride: size, count: length, little },
      this.#values,
      this.#length,
    );
    this.#length += length;
    if (this.#offsets) this.#offsets[row + 1] = this.#length;
    return end;
  }

  finish(): PlyNumbers | PlyList {
    const { countType } = this.property;
    const values = this.#values.slice(0, this.#length);
    return countType && this.#offsets ? { countType, offsets: this.#offsets, values } : values;
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const longer = makeColumn(this.property.type, Math.max(length, 2 * this.#values.length));
    longer.set(this.#values);
    this.#values = longer;
  }
}
