import { join } from "@std/path";

/** Name of the file that says that a folder is being written to. */
export const LOCK_FILE = "running.lock";

/**
 * Keeps a second run out of a folder. The lock is the system's own on an open file, so it goes with the
 * process, however that ends; the file itself only names the holder, and one left behind holds nobody up.
 */
export class FolderLock implements Disposable {
  private constructor(private readonly path: string, private readonly file: Deno.FsFile) {}

  /** Makes the folder where there is none and locks it; what runs there already is an error. */
  static take(folder: string): FolderLock {
    const path = join(folder, LOCK_FILE);
    const file = open(folder, path);
    let free: boolean;
    try {
      free = file.tryLockSync(true);
    } catch {
      // Some network file systems have no locks; training there is better than not at all.
      free = true;
    }
    if (!free) {
      file.close();
      throw new Error(`Cannot train into "${folder}": ${holder(path)} is still training there`);
    }
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
    return new FolderLock(path, file);
  }

  /** Lets the next run in. */
  [Symbol.dispose](): void {
    // Removed while it is held, so that nobody's newer file goes; Windows removes it once it is closed.
    const removed = removes(this.path);
    this.file.close();
    if (!removed) removes(this.path);
  }
}

function open(folder: string, path: string): Deno.FsFile {
  try {
    Deno.mkdirSync(folder, { recursive: true });
    return Deno.openSync(path, { read: true, write: true, create: true });
  } catch (cause) {
    throw new Error(`Cannot write to the folder "${folder}"`, { cause });
  }
}

function holder(path: string): string {
  try {
    const pid = Deno.readTextFileSync(path).trim();
    if (pid) return `process ${pid}`;
  } catch {
    // Windows lets nobody read what is locked.
  }
  return "another process";
}

function removes(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch {
    return false;
  }
}
