import { join } from "@std/path";
import { isFolder } from "./path_kind.ts";
import { cannotWrite, writing } from "./written_path.ts";

/** Name of the file that says that a folder is being written to. */
export const LOCK_FILE = "running.lock";

/**
 * Keeps a second run out of a folder. The lock is the system's own on an open file, so it goes with the
 * process, however that ends; the file itself only names the holder, and one left behind holds nobody up.
 */
export class FolderLock implements Disposable {
  private constructor(
    private readonly folder: string,
    private readonly path: string,
    private readonly file: Deno.FsFile,
    /** Whether the folder was made for it. */
    private readonly made: boolean,
  ) {}

  /** Makes the folder where there is none and locks it; what runs there already is an error. */
  static take(folder: string): FolderLock {
    const path = join(folder, LOCK_FILE);
    const made = !isFolder(folder);
    const file = lockedFile(folder, path);
    const lock = new FolderLock(folder, path, file, made);
    try {
      writing(path, () => {
        file.truncateSync();
        file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
      });
      return lock;
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Throws where the folder has been removed or replaced since, so that nothing written there stays. */
  check(): void {
    if (isNamed(this.path, this.file)) return;
    throw new Error(
      `Cannot go on in "${this.folder}": the folder or its "${LOCK_FILE}" has been removed since the run began, it must stay until the run has ended`,
    );
  }

  /** Lets the next run in; a folder that was made for the lock and is empty still goes too. */
  [Symbol.dispose](): void {
    if (!isNamed(this.path, this.file)) return this.file.close();
    // Removed while it is held, so that nobody's newer file goes; Windows removes it once it is closed.
    const removed = removes(this.path);
    this.file.close();
    if (!removed) removes(this.path);
    if (this.made) removes(this.folder);
  }
}

/** The process that holds a folder's lock; null where none does, or where nobody can tell. Nothing is written. */
export function lockHolder(folder: string): number | null {
  try {
    using file = Deno.openSync(join(folder, LOCK_FILE));
    // A shared lock is refused as long as somebody has the other kind.
    if (file.tryLockSync(false)) return null;
    const pid = Number(Deno.readTextFileSync(join(folder, LOCK_FILE)).trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // no such file, or one that cannot be read while it is locked
  }
}

/** The open file whose lock is ours; once more where the holder removed it as we opened it. */
function lockedFile(folder: string, path: string): Deno.FsFile {
  for (;;) {
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
    if (isNamed(path, file)) return file;
    file.close();
  }
}

function open(folder: string, path: string): Deno.FsFile {
  try {
    Deno.mkdirSync(folder, { recursive: true });
    return Deno.openSync(path, { read: true, write: true, create: true });
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** Whether a path still names an open file; where inodes are not told, whether it names any. */
function isNamed(path: string, file: Deno.FsFile): boolean {
  try {
    return Deno.statSync(path).ino === file.statSync().ino;
  } catch {
    return false;
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
