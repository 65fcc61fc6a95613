import { basename, dirname, extname } from "@std/path";
import type { Fail } from "./tokens.ts";

/**
 * Fills in what MMEngine fills in before it reads a file: `{{ fileDirname }}` and its kin, and
 * `{{$VAR:default}}` from the environment.
 */
export function fillTemplates(text: string, path: string, fail: Fail): string {
  const file: Readonly<Record<string, string>> = {
    fileDirname: dirname(path),
    fileBasename: basename(path),
    fileBasenameNoExtension: basename(path, extname(path)),
    fileExtname: extname(path),
  };
  const filled = (at: number, all: string, value: string): string => {
    if (!/["'\\\n]/.test(value)) return value;
    return fail(
      lineOf(text, at),
      `${all} stands for ${JSON.stringify(value)}, which cannot be text`,
    );
  };
  return text
    .replace(
      /\{\{\s*(fileDirname|fileBasename|fileBasenameNoExtension|fileExtname)\s*\}\}/g,
      (all, name: string, at: number) => filled(at, all, file[name]!),
    )
    .replace(
      /\{\{['"]?\s*\$(\w+)\s*:\s*([^\s{}]*?)\s*['"]?\}\}/g,
      (all, name: string, otherwise: string, at: number) =>
        filled(
          at,
          all,
          environment(name) ?? (otherwise || fail(
            lineOf(text, at),
            `the environment has no "${name}", and ${all} has no value for that`,
          )),
        ),
    );
}

/** A variable of the environment, where this program may read it. */
function environment(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
