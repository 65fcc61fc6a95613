import { NotFound, type PathState, pathState, readRange } from "../files/door.ts";
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

class FileSource implements ByteSource {
  readonly size: number;

  constructor(readonly path: string, readonly file: string) {
    const { isFile, isDirectory, size } = stateOf(path, file);
    if (isDirectory) throw new SyntaxError(`Cannot read "${file}": it is a folder, not a file`);
    if (!isFile) throw unreadable(file, 0, "it is not a file");
    this.size = size;
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length);
    const told = (count: number) => noteRead(this.file, count, this.size);
    const bytes = readRange(this.path, offset, length, told);
    if (bytes.length < length) {
      throw unreadable(this.file, offset + bytes.length, "the file shrank while being read");
    }
    return bytes;
  }
}

function stateOf(path: string, file: string): PathState {
  const state = pathState(path);
  if (state === null) throw new NotFound(`Cannot read "${file}": there is no such file`);
  return state;
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
