import { writeAtomically } from "./atomic_file.ts";
import { openSource } from "./byte_source.ts";
import { AsciiNumbers, readAsciiElement } from "./ply/ascii.ts";
import { readBinaryElement } from "./ply/binary.ts";
import { type PlyFormat, type PlyHeader, readPlyHeader } from "./ply/header.ts";
import type { Ply } from "./ply/types.ts";
import { plyChunks } from "./ply/write.ts";
import { concatBytes } from "./zip_write.ts";

export type { PlyFormat, PlyHeader } from "./ply/header.ts";
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
