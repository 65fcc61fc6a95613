import { noteRead } from "../files/file_watch.ts";
import { unreadable } from "./unreadable.ts";

/** Bytes that can be read from any offset: a buffer in memory, or a file that need not be loaded whole. */
export interface ByteSource {
  /** Name used in error messages. */
  readonly file: string;
  /** Bytes in all. */
  readonly size: number;
  /** Returns `length` bytes from `offset`; throws a SyntaxError if the source does not reach so far. */
  read(offset: number, length: number): Uint8Array;
}

/** Opens bytes in memory, or a file by its path, for reading at any offset. */
export function openSource(input: Uint8Array | string, file?: string): ByteSource {
  return typeof input === "string"
    ? new FileSource(input, file ?? input)
    : new MemorySource(input, file ?? "memory");
}

class MemorySource implements ByteSource {
  readonly size: number;

  constructor(readonly bytes: Uint8Array, readonly file: string) {
    this.size = bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length);
    return this.bytes.subarray(offset, offset + length);
  }
}

// Of a long read, so that its progress can be told.
const PIECE = 2 ** 24;

// The file is opened for each read (about 20 µs), so that nobody has to remember to close a source.
class FileSource implements ByteSource {
  readonly size: number;

  constructor(readonly path: string, readonly file: string) {
    const { isFile, isDirectory, size } = statOf(path, file);
    if (isDirectory) throw new SyntaxError(`Cannot read "${file}": it is a folder, not a file`);
    if (!isFile) throw unreadable(file, 0, "it is not a file");
    this.size = size;
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length);
    const bytes = new Uint8Array(length);
    using handle = Deno.openSync(this.path);
    handle.seekSync(offset, Deno.SeekMode.Start);
    for (let filled = 0; filled < length;) {
      const count = handle.readSync(bytes.subarray(filled, filled + PIECE));
      if (!count) throw unreadable(this.file, offset + filled, "the file shrank while being read");
      filled += count;
      noteRead(this.file, count, this.size);
    }
    return bytes;
  }
}

function statOf(path: string, file: string): Deno.FileInfo {
  try {
    return Deno.statSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot read "${file}": there is no such file`, { cause });
  }
}

function checkRange({ file, size }: ByteSource, offset: number, length: number): void {
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  if (whole && offset >= 0 && length >= 0 && offset + length <= size) return;
  const missing = offset + length - size;
  throw unreadable(
    file,
    offset,
    `${length} bytes are expected here, ${missing} of them are missing`,
  );
}
