/** Is told of the bytes that are read from files and written to them, as they are. */
export interface FileWatcher {
  /** `bytes` more of a file of `size` bytes were read. */
  read(file: string, bytes: number, size: number): void;
  /** `bytes` more were written. */
  written(file: string, bytes: number): void;
}

// One at a time: a command line has one line of progress.
let watcher: FileWatcher | null = null;

/** Has large files watched while `body` runs; a watch inside a watch takes its place meanwhile. */
export async function watchFiles<T>(watch: FileWatcher, body: () => T | Promise<T>): Promise<T> {
  const outer = watcher;
  watcher = watch;
  try {
    return await body();
  } finally {
    watcher = outer;
  }
}

/** Tells of bytes read, where anybody watches. */
export function noteRead(file: string, bytes: number, size: number): void {
  watcher?.read(file, bytes, size);
}

/** Tells of bytes written, where anybody watches. */
export function noteWritten(file: string, bytes: number): void {
  watcher?.written(file, bytes);
}
