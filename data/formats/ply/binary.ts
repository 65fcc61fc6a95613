import type { ByteSource } from "../byte_source.ts";
import { unreadable } from "../unreadable.ts";
import type { PlyElementInfo, PlyPropertyInfo } from "./header.ts";
import { readColumn } from "./scalars.ts";
import { makeColumn, plyBytes, type PlyElement, type PlyList, type PlyNumbers } from "./types.ts";

/** Where a property goes: value `component` of each row of `width` values of `column`. */
export interface PlyTarget {
  readonly property: string;
  readonly column: PlyNumbers;
  readonly width: number;
  readonly component: number;
}

/** Where an element is read from and how. */
export interface BinaryPlace {
  readonly source: ByteSource;
  readonly offset: number;
  readonly little: boolean;
}

/** Reads one element and returns it with the offset after it. */
export function readBinaryElement(
  info: PlyElementInfo,
  place: BinaryPlace,
): { element: PlyElement; end: number } {
  const end = checkBinarySize(info, place);
  if (hasLists(info)) return readListRows(info, place);
  const { count } = info;
  const columns = info.properties.map(({ name, type }) => [name, makeColumn(type, count)] as const);
  const targets = columns.map(([property, column]) => ({
    ...{ property, column, width: 1, component: 0 },
  }));
  readFixedRows(info, place, targets);
  return { element: { count, properties: new Map(columns) }, end };
}

/** Says whether the rows of an element have lists, so that they differ in length. */
export function hasLists({ properties }: PlyElementInfo): boolean {
  return properties.some(({ countType }) => countType !== null);
}

/** Throws unless the rows of an element fit into the file, empty lists at best; returns where they end. */
export function checkBinarySize(info: PlyElementInfo, { source, offset }: BinaryPlace): number {
  const smallest = strideOf(info);
  const missing = offset + info.count * smallest - source.size;
  if (missing > 0) {
    const rows = Math.max(0, Math.floor((source.size - offset) / smallest));
    throw unreadable(
      source.file,
      offset + rows * smallest,
      `${missing} bytes are missing after row ${rows} of the element "${info.name}"`,
    );
  }
  return offset + info.count * smallest;
}

function strideOf({ properties }: PlyElementInfo): number {
  return properties.reduce((sum, { type, countType }) => sum + plyBytes(countType ?? type), 0);
}

// A part of the file at a time, so that it is never in memory whole; rows within are read in blocks
// that stay in the cache while column after column passes over them.
const PART_BYTES = 2 ** 23;
const BLOCK_BYTES = 2 ** 17;

/** Reads properties of an element without lists into their columns. */
export function readFixedRows(
  info: PlyElementInfo,
  { source, offset, little }: BinaryPlace,
  targets: readonly PlyTarget[],
): void {
  const { count } = info;
  const stride = strideOf(info);
  const offsets = new Map<string, { type: PlyPropertyInfo["type"]; offset: number }>();
  let within = 0;
  for (const { name, type } of info.properties) {
    offsets.set(name, { type, offset: within });
    within += plyBytes(type);
  }
  const steps = targets.map((target) => ({ ...target, ...offsets.get(target.property)! }));
  const partRows = Math.max(1, Math.floor(PART_BYTES / stride));
  const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / stride));
  for (let first = 0; first < count && stride > 0; first += partRows) {
    const rows = Math.min(partRows, count - first);
    const bytes = source.read(offset + first * stride, rows * stride);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let row = 0; row < rows; row += blockRows) {
      const block = Math.min(blockRows, rows - row);
      for (const { type, offset: at, column, width, component } of steps) {
        const from = { view, offset: row * stride + at, stride, count: block, little };
        readColumn(type, from, {
          column,
          start: (first + row) * width + component,
          step: width,
        });
      }
    }
  }
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
  readonly view: DataView;
  readonly at: number;
  readonly row: number;
  readonly little: boolean;
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
        { column: this.#count, start: 0, step: 1 },
      );
      length = this.#count[0]!;
      if (length < 0) return -1;
    }
    const size = plyBytes(type);
    const end = start + length * size;
    if (end > view.byteLength) return end;
    this.#reserve(this.#length + length);
    readColumn(
      type,
      { view, offset: start, stride: size, count: length, little },
      { column: this.#values, start: this.#length, step: 1 },
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
