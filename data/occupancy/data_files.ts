import { isAbsolute, join } from "@std/path";
import { NotFound } from "../files/door.ts";
import { FileFinder } from "../files/file_finder.ts";
import { isFile } from "../files/path_kind.ts";
import { PICTURE_ENDINGS } from "../pictures/picture_kinds.ts";

// One for each folder of data: what is listed once serves all key frames.
const finders = new Map<string, FileFinder>();

/**
 * Path of a file that an index names, below a folder of data; throws where there is none. Absolute names
 * are used as they are, those of another machine or folder by the part that is the same here.
 */
export function dataFile(root: string, name: string): string {
  // Most files lie where their name says: one look each, and no listing of folders.
  const plain = isAbsolute(name) ? name : join(root, name);
  if (isFile(plain)) return plain;
  let finder = finders.get(root);
  if (!finder) finders.set(root, finder = new FileFinder(root, PICTURE_ENDINGS));
  const found = finder.find(name);
  if (found.path !== null) return found.path;
  const state = found.state();
  throw new NotFound(
    `Cannot read "${found.wanted}": there is no such file${state && `, ${state}`}`,
  );
}
