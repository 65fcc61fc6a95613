/** An object of a file of JSON lines. */
export type JsonRow = Readonly<Record<string, unknown>>;

/**
 * Reads the objects of a file of JSON lines that another program may be writing: a line that is no
 * whole object, such as the last one of a growing file, is left out; a file that is not there has none.
 */
export function readJsonLines(path: string): JsonRow[] {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    try {
      const row = JSON.parse(line);
      return typeof row === "object" && row !== null && !Array.isArray(row) ? [row] : [];
    } catch {
      return [];
    }
  });
}
