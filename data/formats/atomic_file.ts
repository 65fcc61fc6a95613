import { basename, dirname, join } from "@std/path";
import { noteWritten } from "./file_watch.ts";

let written = 0;

/**
 * Writes a file so that its path holds either the old content or the whole new one, never a part:
 * the bytes go to a temporary name in the same folder, are synced to disk, and are then renamed.
 */
export function writeAtomically(
  path: string,
  content: Uint8Array | Iterable<Uint8Array>,
): void {
  const chunks = content instanceof Uint8Array ? [content] : content;
  // The process id and a counter keep two writers of one path from sharing a temporary file.
  const temporary = join(dirname(path), `.${basename(path)}.${Deno.pid}-${++written}.tmp`);
  try {
    {
      using file = Deno.openSync(temporary, { write: true, createNew: true });
      for (const chunk of chunks) writeAll(file, chunk, path);
      file.syncSync();
    }
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw new Error(`Cannot write "${path}": ${messageOf(error)}`, { cause: error });
  }
}

// Of a long write, so that its progress can be told.
const PIECE = 2 ** 24;

function writeAll(file: Deno.FsFile, chunk: Uint8Array, path: string): void {
  for (let done = 0; done < chunk.length;) {
    const count = file.writeSync(chunk.subarray(done, done + PIECE));
    done += count;
    noteWritten(path, count);
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
