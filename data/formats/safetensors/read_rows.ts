import { type ByteSource, openSource } from "../byte_source.ts";
import { checkSum } from "../checksums/checksums.ts";
import { crc32 } from "../checksums/crc32.ts";
import { elementCount, elementType } from "../dtype.ts";
import { decodeElements } from "../elements.ts";
import type { NdArray } from "../nd_array.ts";
import {
  readSafetensorsHeader,
  type Safetensors,
  type SafetensorsHeader,
  type TensorInfo,
} from "../safetensors.ts";
import { readingAt } from "../unreadable.ts";

/** Rows of a tensor that are wanted, from the first up to the end; null for all. */
export type RowChoice = (name: string) => readonly [first: number, end: number] | null;

/** Bytes that are in memory besides what is kept. */
const PIECE = 2 ** 24;

/**
 * Reads a safetensors file as `readSafetensors` does, but of some tensors some rows only, which `choose` says
 * once it has seen the header. All bytes are compared with their checksums, a piece at a time.
 */
export function readSafetensorsRows(
  path: string,
  choose: (header: SafetensorsHeader) => RowChoice,
): Safetensors {
  const source = openSource(path);
  const header = readSafetensorsHeader(source);
  const rowsOf = choose(header);
  const tensors = new Map<string, NdArray>();
  for (const [name, info] of header.tensors) {
    tensors.set(name, readRows(source, header, { name, info, rows: rowsOf(name) }));
  }
  return { tensors, metadata: header.metadata };
}

function readRows(
  source: ByteSource,
  { checksums, dataOffset }: SafetensorsHeader,
  { name, info: { dtype, shape, begin, end }, rows }: {
    readonly name: string;
    readonly info: TensorInfo;
    readonly rows: readonly [number, number] | null;
  },
): NdArray {
  const [first, last] = rows ?? [0, shape[0] ?? 1];
  const row = elementCount(shape.slice(1)) * elementType(dtype).bytes;
  const [from, to] = rows ? [begin + row * first, begin + row * last] : [begin, end];
  const kept = new Uint8Array(to - from);
  let crc = 0;
  for (let at = begin; at < end; at += PIECE) {
    const piece = source.read(dataOffset + at, Math.min(PIECE, end - at));
    if (checksums) crc = crc32(piece, crc);
    const [start, stop] = [Math.max(at, from), Math.min(at + piece.length, to)];
    if (start < stop) kept.set(piece.subarray(start - at, stop - at), start - from);
  }
  if (checksums) readingAt(source.file, dataOffset + begin, () => checkSum(checksums, name, crc));
  const extents = rows ? [last - first, ...shape.slice(1)] : shape;
  return { dtype, shape: extents, data: decodeElements(dtype, kept) };
}
