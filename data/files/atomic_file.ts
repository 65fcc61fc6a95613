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
  let bytes = 0;
  let temporary: TemporaryFile | null = null;
  try {
    temporary = openTemporary(path);
    const { file } = temporary;
    for (const chunk of chunks) {
      for (let done = 0; done < chunk.length;) {
        const more = file.writeSync(chunk.subarray(done, done + PIECE));
        done += more;
        bytes += more;
        noteWritten(path, more);
      }
    }
    file.syncSync();
    rename(temporary, path);
  } catch (error) {
    if (temporary) discard(temporary);
    throw cannotWrite(path, error, `, after ${bytes} bytes`);
  }
  syncFolder(dirname(path));
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
