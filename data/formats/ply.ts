import { writeAtomically } from "../files/atomic_file.ts";
import { type ByteSource, openSource } from "./byte_source.ts";
import { AsciiNumbers, readAsciiElement, readAsciiRows } from "./ply/ascii.ts";
import {
  checkBinarySize,
  hasLists,
  type PlyTarget,
  readBinaryElement,
  readFixedRows,
} from "./ply/binary.ts";
import {
  type PlyElementInfo,
  type PlyFormat,
  type PlyHeader,
  readPlyHeader,
} from "./ply/header.ts";
import { unreadable } from "./unreadable.ts";
import type { Ply } from "./ply/types.ts";
import { plyChunks } from "./ply/write.ts";
import { concatBytes } from "./zip/zip_write.ts";

export type { PlyTarget } from "./ply/binary.ts";
export type { PlyElementInfo, PlyFormat, PlyHeader } from "./ply/header.ts";
export { readPlyHeader } from "./ply/header.ts";
export { isPlyList } from "./ply/types.ts";
export type { Ply, PlyElement, PlyList, PlyNumbers, PlyType } from "./ply/types.ts";

/**
 * Reads a PLY file given as bytes or path: ascii or binary of either byte order, any elements, numbers
 * and lists as typed columns. Bytes after the last element are ignored.
 */
export function readPly(
  input: Uint8Array | string,
  { file }: { file?: string } = {},
): Ply & { format: PlyFormat } {
  const source = openSource(input, file);
  const header: PlyHeader = readPlyHeader(source);
  const { format, comments, dataOffset } = header;
  const elements: Ply["elements"] = new Map();
  if (format === "ascii") {
    const text = source.read(dataOffset, source.size - dataOffset);
    const numbers = new AsciiNumbers(text, source.file, dataOffset);
    for (const info of header.elements) elements.set(info.name, readAsciiElement(info, numbers));
    return { format, comments, elements };
  }
  let offset = dataOffset;
  for (const info of header.elements) {
    const little = format === "binary_little_endian";
    const { element, end } = readBinaryElement(info, { source, offset, little });
    elements.set(info.name, element);
    offset = end;
  }
  return { format, comments, elements };
}

/** The element of that name as the header declares it. */
export function findPlyElement({ elements }: PlyHeader, name: string): PlyElementInfo | undefined {
  return elements.find((element) => element.name === name);
}

/**
 * Throws unless the file is long enough for the rows that its header declares; nothing is allocated
 * for them before.
 */
export function checkPlySize(
  source: ByteSource,
  { format, elements, dataOffset }: PlyHeader,
): void {
  if (format !== "ascii") {
    let offset = dataOffset;
    for (const info of elements) offset = checkBinarySize(info, { source, offset, little: true });
    return;
  }
  const needed = elements.reduce(
    (sum, { count, properties }) => sum + count * properties.length,
    0,
  );
  // Each number takes two bytes, the last one.
  const room = Math.ceil((source.size - dataOffset) / 2);
  if (needed > room) {
    throw unreadable(
      source.file,
      dataOffset,
      `${needed} numbers are declared, the file has room for ${room}`,
    );
  }
}

/**
 * Reads some properties of one element into columns that the caller made, interleaved as it wants them;
 * those of a binary element must not be lists, nor lie beside one. Of a binary element some rows alone
 * may be read.
 */
export function readPlyRows(
  source: ByteSource,
  { format, elements, dataOffset }: PlyHeader,
  element: PlyElementInfo,
  targets: readonly PlyTarget[],
  { first, count }: { readonly first: number; readonly count: number } = {
    first: 0,
    count: element.count,
  },
): void {
  const before = elements.slice(0, elements.indexOf(element));
  if (format === "ascii") {
    const text = source.read(dataOffset, source.size - dataOffset);
    const numbers = new AsciiNumbers(text, source.file, dataOffset);
    for (const earlier of before) readAsciiRows(earlier, numbers, []);
    readAsciiRows(element, numbers, targets);
    return;
  }
  const little = format === "binary_little_endian";
  let offset = dataOffset;
  for (const earlier of before) {
    offset = hasLists(earlier)
      ? readBinaryElement(earlier, { source, offset, little }).end
      : checkBinarySize(earlier, { source, offset, little });
  }
  if (hasLists(element)) {
    throw unreadable(source.file, offset, `the element "${element.name}" has lists, it must not`);
  }
  checkBinarySize(element, { source, offset, little });
  offset += checkBinarySize({ ...element, count: first }, { source, offset: 0, little });
  readFixedRows({ ...element, count }, { source, offset, little }, targets);
}

/** Returns the bytes of a PLY file. */
export function encodePly(
  ply: Ply,
  { format = "binary_little_endian" }: { format?: PlyFormat } = {},
): Uint8Array {
  return concatBytes(plyChunks(ply, format));
}

/** Writes a PLY file; the path holds the old file or the whole new one, never a part. */
export function writePly(
  path: string,
  ply: Ply,
  { format = "binary_little_endian" }: { format?: PlyFormat } = {},
): void {
  writeAtomically(path, plyChunks(ply, format));
}
