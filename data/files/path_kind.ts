import { type PathState, pathState } from "./door.ts";

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
  return pathState(path)?.isFile ?? false;
}

function kindOf(path: string): PathState | null {
  try {
    return pathState(path);
  } catch {
    return null;
  }
}
