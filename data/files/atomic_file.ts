import { dirname } from "@std/path";
import { noteWritten } from "./file_watch.ts";
import { openTemporary, type TemporaryFile } from "./temporary_files.ts";
import { cannotWrite } from "./written_path.ts";

// Of a long write, so that its progress can be told.
const PIECE = 2 ** 24;

/**
 * Writes a file so that its path holds either the old content or the whole new one, never a part:
 * the bytes go to a temporary name in the same folder, are synced to disk, and are then renamed; the
 * folder is synced last, so that a power cut does not undo the renaming.
 */
export function writeAtomically(
  path: string,
  content: Uint8Array | Iterable<Uint8Array>,
): void {
  const chunks = content instanceof Uint8Array ? [content] : content;
  const writer = new AtomicWriter(path);
  try {
    writer.open();
    for (const chunk of chunks) writer.write(chunk);
    writer.finish();
  } catch (error) {
    throw writer.giveUp(error);
  }
  syncFolder(dirname(path));
}

/**
 * The same of content that comes piece by piece. What `head` gives once all is there takes the place of
 * as many bytes at the beginning, which are known by their number alone before.
 */
export async function writeAtomicallyFrom(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { head }: { readonly head?: () => Uint8Array } = {},
): Promise<void> {
  const writer = new AtomicWriter(path);
  try {
    writer.open();
    for await (const chunk of chunks) writer.write(chunk);
    if (head) writer.writeHead(head());
    writer.finish();
  } catch (error) {
    throw writer.giveUp(error);
  }
  syncFolder(dirname(path));
}

/** A file under a temporary name until it is whole. */
class AtomicWriter {
  #temporary: TemporaryFile | null = null;
  #bytes = 0;

  constructor(private readonly path: string) {}

  open(): void {
    this.#temporary = openTemporary(this.path);
  }

  write(chunk: Uint8Array): void {
    const { file } = this.#temporary!;
    for (let done = 0; done < chunk.length;) {
      const more = file.writeSync(chunk.subarray(done, done + PIECE));
      done += more;
      this.#bytes += more;
      noteWritten(this.path, more);
    }
  }

  writeHead(bytes: Uint8Array): void {
    const { file } = this.#temporary!;
    file.seekSync(0, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  }

  finish(): void {
    this.#temporary!.file.syncSync();
    rename(this.#temporary!, this.path);
  }

  /** The error to be thrown for one that ended the writing. */
  giveUp(error: unknown): Error {
    if (this.#temporary) discard(this.#temporary);
    return cannotWrite(this.path, error, `, after ${this.#bytes} bytes`);
  }
}

/** Gives the file its name while it is still locked, where the system renames what is open. */
function rename({ path, file }: TemporaryFile, goal: string): void {
  if (Deno.build.os === "windows") file.close();
  Deno.renameSync(path, goal);
  if (Deno.build.os !== "windows") file.close();
}

function syncFolder(folder: string): void {
  try {
    using file = Deno.openSync(folder, { read: true });
    file.syncSync();
  } catch {
    // Windows and some network file systems sync no folders; the file is in its place all the same.
  }
}

/** Removes what there is of a file; why it could not be written says more than why this fails. */
function discard({ path, file }: TemporaryFile): void {
  for (const step of [() => file.close(), () => Deno.removeSync(path)]) {
    try {
      step();
    } catch {
      // It is closed or gone already, or its folder cannot be written to.
    }
  }
}
