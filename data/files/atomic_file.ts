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
      using file = openNew(temporary);
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
    discard(temporary);
    throw new Error(
      `Cannot write "${path}": ${stateOf(error)}, after ${bytes} bytes`,
      { cause: error },
    );
  }
  syncFolder(dirname(path));
}

/** Opens a new file; a folder that is not there yet is made. */
function openNew(path: string): Deno.FsFile {
  const options = { write: true, createNew: true };
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(dirname(path), { recursive: true });
    return Deno.openSync(path, options);
  }
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
function discard(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made, or its folder cannot be written to.
  }
}

/** What the system says, without its call and the temporary name. */
export function stateOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/: \w+ '.*'$/s, "");
}
