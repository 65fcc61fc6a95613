import { join } from "@std/path";

/** The folder of real data and golden files beside the project, which may be absent. */
export const SHARED = decodeURIComponent(new URL("../../shared", import.meta.url).pathname);

/** Paths of the files under a folder of it whose names match, sorted; none if it is absent. */
export function filesUnder(folder: string, pattern = /./): string[] {
  const root = join(SHARED, folder);
  const paths: string[] = [];
  try {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(root)) {
      if (isDirectory) paths.push(...filesUnder(join(folder, name), pattern));
      else if (isFile && pattern.test(name)) paths.push(join(root, name));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return paths.sort();
}
