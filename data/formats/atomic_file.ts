import { basename, dirname, join } from "@std/path";
import { noteWritten } from "./file_watch.ts";

// Of a long write, so that its progress can be told.
const PIECE = 2 ** 24;

let written = 0;

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
  // The process id and a counter keep two writers of one path from sharing a temporary file.
  const temporary = join(dirname(path), `.${basename(path)}.${Deno.pid}-${++written}.tmp`);
  let bytes = 0;
  try {
    {
      using file = Deno.openSync(temporary, { write: true, createNew: true });
      for (const chunk of chunks) {
        for (let done = 0; done < chunk.length;) {
          const more = file.writeSync(chunk.subarray(done, done + PIECE));
          done += more;
          bytes += more;
          noteWritten(path, more);
        }
      }
      file.syncSync();
    }
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(`Cannot write "${path}": there is no folder "${dirname(path)}"`, {
        cause: error,
      });
    }
    throw new Error(
      `Cannot write "${path}": ${messageOf(error)}, after ${bytes} bytes`,
      { cause: error },
    );
  }
  syncFolder(dirname(path));
}

function syncFolder(folder: string): void {
  try {
    using file = Deno.openSync(folder, { read: true });
    file.syncSync();
  } catch {
    // Windows and some network file systems sync no folders; the file is in its place all the same.
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
