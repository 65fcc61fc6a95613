import { deflateSync } from "fflate";
import { crc32 } from "../checksums/crc32.ts";

/** A member to be written into a zip archive. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

// Stored members start on multiples of 64 bytes, so that arrays in them can be used without copying.
const ALIGNMENT = 64;
const LIMIT = 0xffffffff;

/** Yields the bytes of a zip archive piece by piece, ready for `writeAtomically`. */
export function* zipChunks(
  members: Iterable<ZipMember>,
  { compress = false } = {},
): Generator<Uint8Array> {
  const directory: Uint8Array[] = [];
  const names = new Set<string>();
  let offset = 0;
  for (const { name, bytes } of members) {
    if (names.has(name)) throw new RangeError(`Cannot write zip: "${name}" is there twice`);
    names.add(name);
    const packed = compress ? deflateSync(bytes) : bytes;
    const encodedName = new TextEncoder().encode(name);
    const fields = {
      name: encodedName,
      method: compress ? 8 : 0,
      crc: crc32(bytes),
      packed: packed.length,
      size: bytes.length,
      padding: compress ? 0 : paddingAt(offset + 30 + encodedName.length),
    };
    const header = localHeader(fields);
    directory.push(directoryEntry(fields, offset));
    offset += header.length + packed.length;
    // Larger archives need zip64 records, which no reader of ours has ever had to be given.
    if (offset > LIMIT || bytes.length > LIMIT) {
      throw new RangeError(`Cannot write zip: it has ${offset} bytes, it must stay below 4 GiB`);
    }
    yield header;
    yield packed;
  }
  if (directory.length > 0xffff) {
    throw new RangeError(`Cannot write zip: it has ${directory.length} members, at most 65535 fit`);
  }
  yield* directory;
  yield endRecord(directory, offset);
}

/** Joins byte chunks into one array. */
export function concatBytes(chunks: Iterable<Uint8Array>): Uint8Array {
  const list = [...chunks];
  const whole = new Uint8Array(list.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of list) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

interface Fields {
  readonly name: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly padding: number;
}

// The pad is an extra field (4 bytes of head at least), so any zip reader skips it.
function paddingAt(offset: number): number {
  const missing = -offset & (ALIGNMENT - 1);
  return missing === 0 || missing >= 4 ? missing : missing + ALIGNMENT;
}

function localHeader({ name, method, crc, packed, size, padding }: Fields): Uint8Array {
  const bytes = new Uint8Array(30 + name.length + padding);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  writeCommon(view, 4, { name, method, crc, packed, size, padding });
  bytes.set(name, 30);
  if (padding) {
    view.setUint16(30 + name.length, 0xd935, true); // the id Android's zipalign uses for padding
    view.setUint16(32 + name.length, padding - 4, true);
  }
  return bytes;
}

function directoryEntry(fields: Fields, offset: number): Uint8Array {
  const bytes = new Uint8Array(46 + fields.name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, 20, true);
  writeCommon(view, 6, { ...fields, padding: 0 });
  view.setUint32(42, offset, true);
  bytes.set(fields.name, 46);
  return bytes;
}

function writeCommon(view: DataView, at: number, fields: Fields): void {
  view.setUint16(at, 20, true); // needs zip 2.0
  view.setUint16(at + 2, 0x0800, true); // names are UTF-8
  view.setUint16(at + 4, fields.method, true);
  view.setUint32(at + 6, 0x00210000, true); // 1980-01-01: the same input gives the same bytes
  view.setUint32(at + 10, fields.crc, true);
  view.setUint32(at + 14, fields.packed, true);
  view.setUint32(at + 18, fields.size, true);
  view.setUint16(at + 22, fields.name.length, true);
  view.setUint16(at + 24, fields.padding, true);
}

function endRecord(directory: Uint8Array[], offset: number): Uint8Array {
  const bytes = new Uint8Array(22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, directory.length, true);
  view.setUint16(10, directory.length, true);
  view.setUint32(12, directory.reduce((sum, entry) => sum + entry.length, 0), true);
  view.setUint32(16, offset, true);
  return bytes;
}
