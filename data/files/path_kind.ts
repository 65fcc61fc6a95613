/** Whether there is a file at a path; what cannot be looked at counts as none. */
export function isFile(path: string): boolean {
  return kindOf(path)?.isFile ?? false;
}

/** Whether there is a folder at a path; what cannot be looked at counts as none. */
export function isFolder(path: string): boolean {
  return kindOf(path)?.isDirectory ?? false;
}

/** Whether there is a file at a path; throws where that cannot be told. */
export function fileExists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function kindOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch {
    return null;
  }
}
