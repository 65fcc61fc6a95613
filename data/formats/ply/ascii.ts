import { readingAt } from "../unreadable.ts";
import type { PlyTarget } from "./binary.ts";
import type { PlyElementInfo, PlyPropertyInfo } from "./header.ts";
import { makeColumn, type PlyElement, type PlyList, type PlyNumbers } from "./types.ts";

/** The numbers of an ascii PLY file one after the other. */
export class AsciiNumbers {
  #at = 0;

  /** `offset` is where `bytes` begin in the file. */
  constructor(readonly bytes: Uint8Array, readonly file: string, readonly offset: number) {}

  /** Throws unless so many numbers can still follow: each takes two bytes, the last one. */
  need(count: number, what: string): void {
    const room = Math.ceil((this.bytes.length - this.#at) / 2);
    if (count <= room) return;
    this.#fail(`${what} has ${count} numbers, the file has room for ${room}`);
  }

  /** The next number. */
  next(): number {
    const { bytes } = this;
    let at = this.#at;
    while (bytes[at]! <= 32) at++;
    const start = at;
    while (bytes[at]! > 32) at++;
    this.#at = start;
    if (start === at) this.#fail("the file ends before its last row");
    if (at - start > 64) this.#fail("a number has more than 64 characters");
    const text = String.fromCharCode.apply(null, bytes.subarray(start, at) as unknown as number[]);
    const value = Number(text);
    if (Number.isNaN(value) || text.includes("x")) {
      const special = SPECIAL[text.toLowerCase()];
      if (special === undefined) this.#fail(`"${text}" is no number`);
      this.#at = at;
      return special;
    }
    this.#at = at;
    return value;
  }

  /** Throws unless the line ends here, so that one number too many or too few shifts no row after it. */
  endRow(row: number, element: string): void {
    const { bytes } = this;
    let at = this.#at;
    while (bytes[at]! <= 32 && bytes[at] !== 10 && bytes[at] !== 13) at++;
    if (at === bytes.length || bytes[at]! <= 32) return;
    this.#at = at;
    this.#fail(`row ${row} of the element "${element}" goes on after its last number`);
  }

  /** Puts the next number into a column, and throws unless an integer type holds it exactly. */
  store(column: PlyNumbers, index: number): void {
    const value = this.next();
    column[index] = value;
    if (column[index] === value) return;
    if (column instanceof Float32Array || column instanceof Float64Array) return;
    this.#fail(`the column cannot hold ${value}, its type is ${column.constructor.name}`);
  }

  #fail(what: string): never {
    return readingAt(this.file, this.offset + this.#at, () => {
      throw new RangeError(what);
    });
  }
}

const SPECIAL: Readonly<Record<string, number>> = {
  nan: NaN,
  "-nan": NaN,
  "-nan(ind)": NaN,
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
  infinity: Infinity,
  "+infinity": Infinity,
  "-infinity": -Infinity,
};

/** Reads properties of an element into their columns and passes over its others. */
export function readAsciiRows(
  info: PlyElementInfo,
  numbers: AsciiNumbers,
  targets: readonly PlyTarget[],
): void {
  const { name, count, properties } = info;
  numbers.need(count * properties.length, `the element "${name}"`);
  const steps = properties.map((property) => ({
    property,
    into: targets.find((target) => target.property === property.name),
  }));
  const length = new Uint32Array(1);
  for (let row = 0; row < count && properties.length > 0; row++) {
    for (const { property, into } of steps) {
      if (property.countType) {
        numbers.store(length, 0);
        numbers.need(length[0]!, `a list of row ${row} of the element "${name}"`);
        for (let i = 0; i < length[0]!; i++) numbers.next();
      } else if (into) numbers.store(into.column, row * into.width + into.component);
      else numbers.next();
    }
    numbers.endRow(row, name);
  }
}

/** Reads one element of an ascii file. */
export function readAsciiElement(info: PlyElementInfo, numbers: AsciiNumbers): PlyElement {
  const { name, count, properties } = info;
  numbers.need(count * properties.length, `the element "${name}"`);
  const columns = properties.map(({ type, countType }) => ({
    numbers: countType ? null : makeColumn(type, count),
    items: [] as number[],
    offsets: new Uint32Array(countType ? count + 1 : 0),
  }));
  const length = new Uint32Array(1);
  // Rows of nothing are not walked: their count costs the file no bytes.
  for (let row = 0; row < count && properties.length > 0; row++) {
    for (const column of columns) {
      if (column.numbers) {
        numbers.store(column.numbers, row);
        continue;
      }
      numbers.store(length, 0);
      numbers.need(length[0]!, `a list of row ${row} of the element "${name}"`);
      for (let i = 0; i < length[0]!; i++) column.items.push(numbers.next());
      column.offsets[row + 1] = column.items.length;
    }
    numbers.endRow(row, name);
  }
  const entries = properties.map((property, p) => {
    const { numbers: column, items, offsets } = columns[p]!;
    return [property.name, column ?? listOf(property, items, offsets)] as const;
  });
  return { count, properties: new Map(entries) };
}

function listOf(property: PlyPropertyInfo, items: number[], offsets: Uint32Array): PlyList {
  const values = makeColumn(property.type, items.length);
  values.set(items);
  return { countType: property.countType!, offsets, values };
}
