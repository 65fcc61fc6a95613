import { namesIn } from "./names_in.ts";
import { basename, dirname, join } from "@std/path";

// Written by us: 16 hexadecimal digits; up to version 0.1.0 it was the process and a counter.
const TEMPORARY = /^\..+\.(?:[0-9a-f]{16}|\d+-\d+)\.tmp$/;

/** A file under a name of its own beside its goal, held by the system's lock while it is written. */
export interface TemporaryFile {
  readonly path: string;
  readonly file: Deno.FsFile;
}

/**
 * Opens a new file beside `goal`; a folder that is not there yet is made. Process ids repeat in
 * containers, so the name is random, and the lock tells a file that is being written from one that a
 * killed process left.
 */
export function openTemporary(goal: string): TemporaryFile {
  for (let made = false;;) {
    const digits = crypto.getRandomValues(new Uint32Array(2));
    const suffix = [...digits].map((word) => word.toString(16).padStart(8, "0")).join("");
    const path = join(dirname(goal), `.${basename(goal)}.${suffix}.tmp`);
    try {
      const file = Deno.openSync(path, { write: true, createNew: true });
      locked(file);
      return { path, file };
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) continue;
      if (made || !(error instanceof Deno.errors.NotFound)) throw error;
      Deno.mkdirSync(dirname(goal), { recursive: true });
      made = true;
    }
  }
}

/** Removes from folders what writers left that were killed; a folder that is not there holds nothing. */
export function sweepTemporaryFiles(folders: readonly string[]): void {
  for (const folder of folders) {
    const left = namesIn(folder, ({ isFile, name }) => isFile && TEMPORARY.test(name));
    for (const name of left) removeDead(join(folder, name));
  }
}

function removeDead(path: string): void {
  try {
    {
      using file = Deno.openSync(path, { read: true, write: true });
      if (!locked(file)) return;
    }
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Whether the lock of an open file could be had; some network file systems have none to give. */
function locked(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch {
    return true;
  }
}
