import { writeAtomically } from "./atomic_file.ts";

/** Writes a value as JSON that people can read; the path holds the old file or the whole new one. */
export function writeJson(path: string, value: unknown): void {
  writeAtomically(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}
