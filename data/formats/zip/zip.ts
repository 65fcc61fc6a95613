import { Inflate, inflateSync } from "fflate";
import { type ByteSource, openSource } from "../byte_source.ts";
import { crc32 } from "../checksums/crc32.ts";
import { refuseOtherKinds } from "../file_kind.ts";
import { locate, unreadable } from "../unreadable.ts";

/** One member of a zip archive, as its central directory declares it. */
export interface ZipEntry {
  /** Path inside the archive. */
  readonly name: string;
  /** 0 = stored, 8 = deflated. */
  readonly method: number;
  /** Whether it takes a password. */
  readonly encrypted: boolean;
  /** CRC-32 of the content. */
  readonly crc: number;
  /** Bytes in the archive. */
  readonly compressedSize: number;
  /** Bytes after inflating. */
  readonly size: number;
  /** Where the member's local header starts in the archive. */
  readonly headerOffset: number;
}

/** What `openZip` can be told. */
export interface ZipOptions {
  /** Name for error messages; the path if not given. */
  readonly file?: string;
  /** Largest member that may be inflated; default: the larger of 64 MiB and 100 times the archive. */
  readonly maxBytes?: number;
}

// All-zero arrays deflate 1000 to 1 and are honest at small sizes; a large member at such a ratio is
// taken for a bomb unless the caller allows it.
const SMALL_MEMBER = 64 * 2 ** 20;
const LARGEST_RATIO = 100;

/** A zip archive of which only the directory has been read; members are read when asked for. */
export class ZipArchive {
  /** Members by name, in the order of the directory. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly #maxBytes: number;

  /** @internal Reads the directory of an archive; `openZip` opens one. */
  constructor(readonly source: ByteSource, maxBytes?: number) {
    this.entries = readDirectory(source);
    this.#maxBytes = maxBytes ?? Math.max(SMALL_MEMBER, LARGEST_RATIO * source.size);
  }

  /** Returns the bytes of a member, inflated and with their CRC checked; a stored one is not copied. */
  read(name: string): Uint8Array {
    const { file } = this.source;
    const entry = this.entries.get(name);
    if (!entry) throw unreadable(file, 0, `the archive has no member "${name}"`);
    const at = entry.headerOffset;
    if (entry.encrypted) throw unreadable(file, at, `member "${name}" is encrypted`);
    const stored = readStored(this.source, entry);
    const bytes = entry.method === 0 ? stored : this.#inflate(entry, stored);
    if (bytes.length !== entry.size) {
      throw unreadable(
        file,
        at,
        `member "${name}" has ${bytes.length} bytes or more, its entry says ${entry.size}`,
      );
    }
    if (crc32(bytes) !== entry.crc) {
      throw unreadable(file, at, `member "${name}" is damaged, its CRC-32 does not match`);
    }
    return bytes;
  }

  /** Returns the first bytes of a member, at most `length`; of a large one no more is read or inflated. */
  readStart(name: string, length: number): Uint8Array {
    const entry = this.entries.get(name);
    if (!entry || entry.encrypted || entry.size <= length) return this.read(name);
    const stored = readStored(
      this.source,
      entry,
      entry.method === 0 ? length : entry.compressedSize,
    );
    if (entry.method === 0) return stored;
    if (entry.method !== 8) return this.read(name);
    const start = new Uint8Array(length);
    let filled = 0;
    const inflator = new Inflate((part) => {
      const taken = part.subarray(0, length - filled);
      start.set(taken, filled);
      filled += taken.length;
    });
    for (let at = 0; at < stored.length && filled < length; at += length) {
      try {
        inflator.push(stored.subarray(at, at + length));
      } catch (error) {
        throw locate(error, this.source.file, entry.headerOffset);
      }
    }
    return start.subarray(0, filled);
  }

  #inflate(entry: ZipEntry, deflated: Uint8Array): Uint8Array {
    const { file } = this.source;
    const at = entry.headerOffset;
    if (entry.method !== 8) {
      throw unreadable(
        file,
        at,
        `member "${entry.name}" is packed by method ${entry.method}, it must be stored or deflated`,
      );
    }
    // 1032 to 1 is the best that deflate can do (258 bytes per two bits), so more than that is a lie.
    const limit = Math.min(this.#maxBytes, 1032 * deflated.length + 1032);
    if (entry.size > limit) {
      throw unreadable(
        file,
        at,
        `member "${entry.name}" would inflate from ${deflated.length} to ${entry.size} bytes, ` +
          `the limit is ${limit}`,
      );
    }
    try {
      // One byte more than declared, so that a stream that goes on is noticed.
      return inflateSync(deflated, { out: new Uint8Array(entry.size + 1) });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw unreadable(file, at, `member "${entry.name}" cannot be inflated (${cause})`, error);
    }
  }
}

/** Opens a zip archive given as bytes or path and reads its directory (zip64 included). */
export function openZip(
  input: Uint8Array | string | ByteSource,
  { file, maxBytes }: ZipOptions = {},
): ZipArchive {
  const opaque = typeof input === "string" || input instanceof Uint8Array;
  const source = opaque ? openSource(input, file) : input;
  refuseOtherKinds(source, "a zip archive", ["zip"]);
  return new ZipArchive(source, maxBytes);
}

/** Says whether bytes start like a zip archive. */
export function looksLikeZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5);
}

function readStored(source: ByteSource, entry: ZipEntry, most = Infinity): Uint8Array {
  const header = view(source, entry.headerOffset, 30);
  if (header.getUint32(0, true) !== 0x04034b50) {
    throw unreadable(source.file, entry.headerOffset, `member "${entry.name}" has no local header`);
  }
  const start = entry.headerOffset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const length = entry.method === 0 ? entry.size : entry.compressedSize;
  if (entry.method === 0 && entry.size !== entry.compressedSize) {
    throw unreadable(
      source.file,
      entry.headerOffset,
      `stored member "${entry.name}" has two sizes, ${entry.compressedSize} and ${entry.size}`,
    );
  }
  return source.read(start, Math.min(length, most));
}

function readDirectory(source: ByteSource): Map<string, ZipEntry> {
  const { offset, size, count } = findDirectory(source);
  if (count * 46 > size) {
    throw unreadable(
      source.file,
      offset,
      `a directory of ${size} bytes cannot hold ${count} members`,
    );
  }
  const directory = source.read(offset, size);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  try {
    for (let i = 0; i < count; i++) {
      const { entry, length } = readEntry(directory.subarray(at));
      entries.set(entry.name, entry);
      at += length;
    }
  } catch (error) {
    throw locate(error, source.file, offset + at);
  }
  return entries;
}

function readEntry(bytes: Uint8Array): { entry: ZipEntry; length: number } {
  if (bytes.length < 46) throw new RangeError("a directory entry of the archive is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0x02014b50) {
    throw new RangeError("a directory entry of the archive does not start with its signature");
  }
  const nameEnd = 46 + view.getUint16(28, true);
  const extraEnd = nameEnd + view.getUint16(30, true);
  const length = extraEnd + view.getUint16(32, true);
  if (length > bytes.length) throw new RangeError("a directory entry of the archive is cut off");
  const wide = new Zip64Fields(bytes.subarray(nameEnd, extraEnd));
  const size = wide.resolve(view.getUint32(24, true));
  const compressedSize = wide.resolve(view.getUint32(20, true));
  const headerOffset = wide.resolve(view.getUint32(42, true));
  const entry = {
    name: new TextDecoder().decode(bytes.subarray(46, nameEnd)),
    method: view.getUint16(10, true),
    encrypted: (view.getUint16(8, true) & 1) !== 0,
    crc: view.getUint32(16, true),
    compressedSize,
    size,
    headerOffset,
  };
  return { entry, length };
}

/** The 64-bit values that stand in for fields of 0xffffffff, in the order the format lists them. */
class Zip64Fields {
  #values: DataView | undefined;
  #at = 0;

  constructor(extra: Uint8Array) {
    const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
    for (let at = 0; at + 4 <= extra.length;) {
      const length = view.getUint16(at + 2, true);
      if (view.getUint16(at, true) === 1 && at + 4 + length <= extra.length) {
        this.#values = new DataView(extra.buffer, extra.byteOffset + at + 4, length);
        return;
      }
      at += 4 + length;
    }
  }

  resolve(field: number): number {
    if (field !== 0xffffffff || !this.#values) return field;
    if (this.#at + 8 > this.#values.byteLength) {
      throw new RangeError("the zip64 fields of a directory entry are cut off");
    }
    const value = Number(this.#values.getBigUint64(this.#at, true));
    this.#at += 8;
    return value;
  }
}

function findDirectory(source: ByteSource): { offset: number; size: number; count: number } {
  // The end record is 22 bytes plus a comment of at most 65 535; its zip64 locator lies before it.
  const tailLength = Math.min(source.size, 22 + 65535);
  const tailStart = source.size - tailLength;
  const tail = view(source, tailStart, tailLength);
  for (let at = tailLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== 0x06054b50) continue;
    const end = tailStart + at;
    const count = tail.getUint16(at + 10, true);
    const size = tail.getUint32(at + 12, true);
    const offset = tail.getUint32(at + 16, true);
    const wide = end >= 20 ? view(source, end - 20, 20) : undefined;
    if (wide?.getUint32(0, true) !== 0x07064b50) return { offset, size, count };
    const record = view(source, Number(wide.getBigUint64(8, true)), 56);
    if (record.getUint32(0, true) !== 0x06064b50) {
      throw unreadable(source.file, end - 20, "the zip64 locator points at no zip64 record");
    }
    return {
      count: Number(record.getBigUint64(32, true)),
      size: Number(record.getBigUint64(40, true)),
      offset: Number(record.getBigUint64(48, true)),
    };
  }
  throw unreadable(source.file, source.size, "no zip directory at the end, the archive is cut off");
}

function view(source: ByteSource, offset: number, length: number): DataView {
  const bytes = source.read(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
