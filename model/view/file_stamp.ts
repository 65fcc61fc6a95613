/** Size and time of a file's last change, so that a changed file has another stamp; null without it. */
export function fileStamp(path: string): string | null {
  try {
    const { isFile, size, mtime } = Deno.statSync(path);
    return isFile ? `${size}-${mtime?.getTime() ?? 0}` : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** What `make` returns for a file, made anew only when one of the files has changed. */
export class ByStamp<T> {
  readonly #kept = new Map<string, { stamp: string; value: T }>();

  get(paths: readonly string[], make: () => T): T {
    const key = paths.join("\0");
    const stamp = paths.map(fileStamp).join(" ");
    const kept = this.#kept.get(key);
    if (kept?.stamp === stamp) return kept.value;
    const value = make();
    this.#kept.set(key, { stamp, value });
    return value;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
