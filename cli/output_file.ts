import type { Option } from "./command_line/options.ts";
import { UsageError } from "./command_line/usage_error.ts";

/** `--overwrite`, declared once for the commands that write a file of a name that was given. */
export const OVERWRITE_OPTION = {
  type: "boolean",
  help: "Write over a file that is there already",
} as const satisfies Option;

/**
 * Throws unless a file may be written to `path`: its name must end in one of `endings` if there are
 * any, it must be none of `inputs`, by whatever names and links these go, and not be there yet unless
 * `overwrite`; nothing is touched.
 */
export function checkOutput(
  path: string,
  { inputs = [], endings = [], overwrite }: {
    readonly inputs?: readonly string[];
    readonly endings?: readonly string[];
    readonly overwrite: boolean;
  },
): void {
  if (endings.length > 0 && !endings.some((ending) => path.toLowerCase().endsWith(ending))) {
    throw new UsageError(`Cannot write "${path}": its name must end in ${endings.join(" or ")}`);
  }
  const there = lookAt(path);
  if (there === null) return;
  if (there.isDirectory) {
    throw new UsageError(`Cannot write "${path}": it is a folder, it must be a file's name`);
  }
  for (const input of inputs) {
    if (!isSameFile(path, input)) continue;
    throw new UsageError(
      `Cannot write "${path}": it is the file that is read, "${input}"`,
      "give another name for what is written",
    );
  }
  if (overwrite) return;
  throw new UsageError(
    `Cannot write "${path}": there is such a file already`,
    "give another name, or --overwrite",
  );
}

/** What is at a path, a link that leads nowhere included; null where there is nothing. */
function lookAt(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch {
    try {
      return Deno.lstatSync(path);
    } catch {
      return null;
    }
  }
}

function isSameFile(a: string, b: string): boolean {
  const [one, other] = [lookAt(a), lookAt(b)];
  if (one === null || other === null) return false;
  // Where a file system has inodes they see through hard links, names alone do not.
  if (one.ino !== null && one.ino !== 0 && other.ino !== null) {
    return one.ino === other.ino && one.dev === other.dev;
  }
  try {
    return Deno.realPathSync(a) === Deno.realPathSync(b);
  } catch {
    return false;
  }
}
