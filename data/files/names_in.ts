/**
 * Names in a folder that are wanted, in natural order (`a_2` before `a_10`); none where there is no such
 * folder.
 */
export function namesIn(
  folder: string,
  wanted: (entry: Deno.DirEntry) => boolean = () => true,
): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(wanted).map(({ name }) => name)
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return [];
    throw error;
  }
}
