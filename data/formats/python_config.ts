import { dirname, resolve } from "@std/path";
import { isDict, type PythonValue } from "./python/operations.ts";
import { type Names, onLine, type Scope } from "./python/scope.ts";
import { DEEPEST, sizeOfValue } from "./python/size.ts";
import { Statements } from "./python/statements.ts";
import { fillTemplates } from "./python/templates.ts";

export type { PythonValue } from "./python/operations.ts";

const BASE = "_base_";
const DELETE = "_delete_";
// Bounds that no real file comes near: 5 files, some thousand values.
const MOST_FILES = 200;
const MOST_VALUES = 2_000_000;

/** What a configuration file says. */
export interface PythonConfig {
  /** All names of the file and its bases, merged. */
  readonly values: Record<string, PythonValue>;
  /** Names that a file assigned and no expression in it used. */
  readonly idle: ReadonlySet<string>;
}

/**
 * Reads a configuration file in Python's syntax with the bases it names, merged as MMEngine merges
 * them: assignments of values with names, arithmetic, comprehensions and calls of a few known functions;
 * all else is an error that names file and line. Nothing is executed.
 */
export function readPythonConfig(path: string): PythonConfig {
  const run = { files: 0, values: 0, idle: new Set<string>() };
  const values = readFile(resolve(path), { shown: path, within: [], run });
  return { values, idle: run.idle };
}

/** What is counted over all files of one reading. */
interface Run {
  files: number;
  values: number;
  readonly idle: Set<string>;
}

function readFile(
  path: string,
  { shown, within, run }: {
    readonly shown: string;
    readonly within: readonly string[];
    readonly run: Run;
  },
): Names {
  const fail = (line: number, what: string): never => {
    throw new SyntaxError(`Cannot read "${shown}:${line}": ${what}`);
  };
  if (++run.files > MOST_FILES || within.length > DEEPEST) {
    throw new SyntaxError(
      `Cannot read "${shown}": it is one of more than ${MOST_FILES} bases, or ${DEEPEST} deep`,
    );
  }
  const text = fillTemplates(readText(path, shown), path, fail);
  const spend = (line: number, count = 1) => {
    run.values += count;
    if (run.values > MOST_VALUES) fail(line, `more than ${MOST_VALUES} values are made`);
  };
  const measure = (value: PythonValue, line: number) =>
    spend(line, onLine(fail, line, () => sizeOfValue(value)));
  const readBase = (base: string, file: string, line: number): Names => {
    if ([...within, path].includes(file)) fail(line, `"${base}" has this file as its base`);
    try {
      return readFile(file, { shown: file, within: [...within, path], run });
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      return fail(line, `its base "${base}" is not there`);
    }
  };
  let bases: Names = {};
  const names = new Map<string, PythonValue>();
  const read = new Set<string>();
  const assigned = new Set<string>();
  const scope: Scope = {
    names,
    read,
    imports: new Map(),
    fail,
    bases: () => structuredClone(bases),
    spend,
    changed: (line) => {
      for (const value of names.values()) measure(value, line);
    },
    assigned: (name, value, line) => {
      if (name === "__proto__") fail(line, `"${name}" cannot be assigned`);
      measure(value, line);
      assigned.add(name);
      if (name === BASE) bases = readBases(value, line);
    },
    importFile: (module, line) => {
      const [dots] = /^\.+/.exec(module)!;
      const folders = [
        ...Array(dots.length - 1).fill(".."),
        ...module.slice(dots.length).split("."),
      ];
      const values = readBase(module, resolve(dirname(path), `${folders.join("/")}.py`), line);
      measure(values, line);
      return structuredClone(values);
    },
  };
  const readBases = (value: PythonValue, line: number): Names => {
    const paths = typeof value === "string" ? [value] : value;
    if (!Array.isArray(paths) || !paths.every((path) => typeof path === "string")) {
      fail(line, `"${BASE}" must be the path of a file, or a list of these`);
    }
    let all: Names = {};
    for (const base of paths as string[]) {
      const read = readBase(base, resolve(dirname(path), base), line);
      const twice = Object.keys(read).find((key) => Object.hasOwn(all, key));
      if (twice) fail(line, `two bases have "${twice}", each name must be in one`);
      all = { ...all, ...read };
    }
    return all;
  };
  new Statements(text, scope).run();
  for (const name of assigned) if (!read.has(name)) run.idle.add(name);
  const own = [...names].filter(([name]) => name !== BASE && !name.startsWith("__"));
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
