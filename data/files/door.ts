/** What is at a path. */
export interface PathState {
  /** Whether it is a file. */
  readonly isFile: boolean;
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
  /** Bytes of a file. */
  readonly size: number;
}

/** A name in a folder. */
export interface FolderEntry {
  /** Its last part. */
  readonly name: string;
  /** Whether it is a file. */
  readonly isFile: boolean;
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
}

/** Where readers find files by their paths: Deno's own, or those that a page was given. */
export interface FileDoor {
  /** What is at a path; null where nothing is. */
  stat(path: string): PathState | null;
  /** The entries of a folder, in any order; throws `NotFound` where there is none. */
  list(folder: string): FolderEntry[];
  /** `length` bytes of a file from `offset`, fewer where it ends; `NotFound` where there is none. */
  read(path: string, offset: number, length: number, told?: (bytes: number) => void): Uint8Array;
}

/** There is no such file or folder; Deno's own error, where there is Deno. */
export const NotFound: new (message?: string, options?: ErrorOptions) => Error =
  globalThis.Deno?.errors.NotFound ?? class NotFound extends Error {
    override readonly name = "NotFound";
  };

// Of a long read, so that its progress can be told.
const PIECE = 2 ** 24;

const DENO: FileDoor = {
  stat(path) {
    try {
      return Deno.statSync(path);
    } catch (error) {
      const { NotFound, NotADirectory } = Deno.errors;
      if (error instanceof NotFound || error instanceof NotADirectory) return null;
      throw error;
    }
  },
  list: (folder) => [...Deno.readDirSync(folder)],
  // The file is opened for each read (about 20 µs), so that nobody has to remember to close it.
  read(path, offset, length, told) {
    const bytes = new Uint8Array(length);
    using handle = Deno.openSync(path);
    handle.seekSync(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < length) {
      const count = handle.readSync(bytes.subarray(filled, filled + PIECE));
      if (!count) break;
      filled += count;
      told?.(count);
    }
    return bytes.subarray(0, filled);
  },
};

// One for all readers, as there is one file system: a page's worker sets its own at its start.
let door = DENO;

/** Has all readers find files behind another door; returns the one before. */
export function openDoor(other: FileDoor): FileDoor {
  const before = door;
  door = other;
  return before;
}

/** What is at a path; null where nothing is. */
export function pathState(path: string): PathState | null {
  return door.stat(path);
}

/** The entries of a folder, in any order. */
export function listFolder(folder: string): FolderEntry[] {
  return door.list(folder);
}

/** `length` bytes of a file from `offset`, fewer where it ends; `told` of each part as it comes. */
export function readRange(
  path: string,
  offset: number,
  length: number,
  told?: (bytes: number) => void,
): Uint8Array {
  return door.read(path, offset, length, told);
}

/** All bytes of a file. */
export function readBytes(path: string): Uint8Array {
  const state = door.stat(path);
  if (state === null) throw new NotFound(`Cannot read "${path}": there is no such file`);
  return door.read(path, 0, state.size);
}

/** A file of text in UTF-8. */
export function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path));
}
