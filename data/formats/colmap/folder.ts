import { NotFound } from "../../files/door.ts";
import { join } from "@std/path";
import { fileExists } from "../../files/path_kind.ts";

/**
 * Reads some files of a reconstruction's folder together: as binary, where that is there, else as text.
 * If a binary file cannot be read and all of them are there as text, the text is read instead, as the
 * reference does, and `remarks` gets the one line that says so.
 */
export function readFromFolder<T>(
  folder: string,
  names: readonly string[],
  read: (pathOf: (name: string) => string) => T,
  remarks: string[],
): T {
  try {
    return read((name) => find(folder, name));
  } catch (error) {
    const binary = names.some((name) => fileExists(join(folder, `${name}.bin`)));
    if (!binary || !names.every((name) => fileExists(textOf(folder, name)))) throw error;
    const value = readText(error, () => read((name) => textOf(folder, name)));
    const files = names.map((name) => `${name}.txt`).join(" and ");
    remarks.push(`${messageOf(error)}; ${files} beside it read instead`);
    return value;
  }
}

// If neither can be read, it is the binary file, which should have been read, that is told of.
function readText<T>(binary: unknown, read: () => T): T {
  try {
    return read();
  } catch {
    throw binary;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function textOf(folder: string, name: string): string {
  return join(folder, `${name}.txt`);
}

function find(folder: string, name: string): string {
  const path = [join(folder, `${name}.bin`), textOf(folder, name)].find(fileExists);
  if (path !== undefined) return path;
  throw new NotFound(
    `Cannot read "${folder}": it has neither ${name}.bin nor ${name}.txt, it must have one`,
  );
}
