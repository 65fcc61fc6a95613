import { readCode, references, resolvePath, type SourceFile } from "./source.ts";

/** Every file of the project that a program started at `entry` can come to need, workers too. */
export function reachable(files: readonly SourceFile[], entry: string): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = new Set<string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = byPath.get(path);
    if (file === undefined || found.has(path)) continue;
    found.add(path);
    if (!path.endsWith(".ts")) continue;
    const code = readCode(withoutTypeImports(file.text));
    for (const { specifier } of references(code)) open.push(resolvePath(path, specifier));
  }
  return [...found].sort();
}

/** Modules that are asked for their types only are not there when a program runs. */
function withoutTypeImports(text: string): string {
  return text
    .replace(/^(import|export) type [^;]*;/gm, "")
    .replace(/^import \{\s*(type [\w$]+(,\s*type [\w$]+)*,?)\s*\} from [^;]*;/gm, "");
}
