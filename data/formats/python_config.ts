import { dirname, resolve } from "@std/path";
import { isDict, type PythonValue } from "./python/operations.ts";
import { type Names, Reader } from "./python/reader.ts";

export type { PythonValue } from "./python/operations.ts";

const BASE = "_base_";
const DELETE = "_delete_";

/**
 * Reads a configuration file in Python's syntax with the bases it names, merged as MMEngine merges
 * them. Only assignments of literal values are read, with names assigned before, arithmetic, indices
 * and slices; all else is an error that names file and line. Nothing is executed.
 */
export function readPythonConfig(path: string): Record<string, PythonValue> {
  return readFile(resolve(path), { shown: path, within: [] });
}

function readFile(
  path: string,
  { shown, within }: { readonly shown: string; readonly within: readonly string[] },
): Names {
  const text = readText(path, shown);
  const fail = (line: number, what: string): never => {
    throw new SyntaxError(`Cannot read "${shown}:${line}": ${what}`);
  };
  const names: Names = {};
  let bases: Names = {};
  const reader = new Reader(text, names, {
    fail,
    assigned: (name, value, line) => {
      if (name === "__proto__") fail(line, `"${name}" cannot be assigned`);
      if (name !== BASE) return;
      const paths = typeof value === "string" ? [value] : value;
      if (!Array.isArray(paths) || !paths.every((path) => typeof path === "string")) {
        fail(line, `"${BASE}" must be the path of a file, or a list of these`);
      }
      bases = {};
      for (const base of paths as string[]) {
        const file = resolve(dirname(path), base);
        if ([...within, path].includes(file)) fail(line, `"${base}" has this file as its base`);
        let read: Names;
        try {
          read = readFile(file, { shown: file, within: [...within, path] });
        } catch (cause) {
          if (!(cause instanceof Deno.errors.NotFound)) throw cause;
          fail(line, `its base "${base}" is not there`);
        }
        const twice = Object.keys(read!).filter((key) => Object.hasOwn(bases, key));
        if (twice.length) fail(line, `two bases have "${twice[0]}", each name must be in one`);
        bases = { ...bases, ...read! };
      }
    },
    fromBase: (keys, line) => {
      let value: PythonValue = bases;
      for (const key of keys) {
        if (!isDict(value) || !Object.hasOwn(value, key)) {
          fail(line, `the bases have no "${keys.join(".")}"`);
        }
        value = (value as Names)[key]!;
      }
      return structuredClone(value);
    },
  });
  reader.read();
  const own = Object.entries(names).filter(([name]) => name !== BASE && !name.startsWith("__"));
  return merge(bases, Object.fromEntries(own), { file: shown, path: "" });
}

/** A dict with the entries of another over it: dicts are merged, all else is replaced. */
function merge(
  base: Names,
  over: Names,
  { file, path }: { readonly file: string; readonly path: string },
): Names {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const place = { file, path: path ? `${path}.${key}` : key };
    const old = Object.hasOwn(base, key) ? base[key]! : undefined;
    if (!isDict(value)) merged[key] = value;
    else if (old === undefined || value[DELETE] === true) {
      merged[key] = merge({}, rest(value), place);
    } else if (isDict(old)) merged[key] = merge(old, rest(value), place);
    else {
      throw new SyntaxError(
        `Cannot read "${file}": "${place.path}" is a dict over ${
          JSON.stringify(old)
        } of its base, it must have ${DELETE}=True`,
      );
    }
  }
  return merged;
}

function rest(dict: Names): Names {
  return Object.fromEntries(Object.entries(dict).filter(([key]) => key !== DELETE));
}

function readText(path: string, shown: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`Cannot read "${shown}": there is no such file`, { cause });
    }
    throw new Error(`Cannot read "${shown}": ${(cause as Error).message}`, { cause });
  }
}
