import { readCode, resolvePath, type SourceFile } from "./source.ts";

/** Folders whose code runs in programs; what only tests and benches use is dead. */
const PRODUCTION = ["cli", "gpu", "model", "data", "loss"];

/** A top-level name of a file and the names that stand in its code. */
interface Declaration {
  readonly exported: boolean;
  readonly words: ReadonlySet<string>;
}

interface Module {
  readonly declared: Map<string, Declaration>;
  /** What runs as soon as the module is loaded, outside any declaration. */
  readonly loose: Set<string>;
  /** Names from other files, by the name that they have here. */
  readonly imported: Map<string, readonly [path: string, name: string]>;
  /** Files that are started or imported as a whole. */
  readonly whole: Set<string>;
}

const DECLARATION =
  /^(export )?(?:default )?(?:abstract )?(?:async )?(?:function\*?|class|const|let|interface|type|enum) ([\w$]+)/;

/**
 * Exports that no entry point leads to: neither a public name nor code that a command or a public name
 * comes to need. An export that only a test or a bench imports is one of them.
 */
export function deadExports(
  files: readonly SourceFile[],
  entries: readonly string[],
): string[] {
  const modules = new Map(
    files.filter(({ path }) => path.endsWith(".ts") && isProduction(path))
      .map((file) => [file.path, readModule(file)]),
  );
  const reached = new Set<string>();
  const open: (readonly [path: string, name: string])[] = [];
  const loaded = new Set<string>();
  const load = (path: string) => {
    const module = modules.get(path);
    if (module === undefined || loaded.has(path)) return;
    loaded.add(path);
    follow(path, module, module.loose);
    for (const other of module.whole) reachAll(other);
  };
  const reachAll = (path: string) => {
    load(path);
    const module = modules.get(path);
    for (const [name, { exported }] of module?.declared ?? []) {
      if (exported) open.push([path, name]);
    }
    for (const name of module?.imported.keys() ?? []) open.push([path, name]);
  };
  const follow = (path: string, module: Module, words: Iterable<string>) => {
    for (const word of words) {
      if (module.declared.has(word) || module.imported.has(word)) open.push([path, word]);
    }
  };
  for (const entry of entries) reachAll(entry);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, name] = next;
    if (reached.has(`${path} ${name}`)) continue;
    reached.add(`${path} ${name}`);
    load(path);
    const module = modules.get(path);
    const declaration = module?.declared.get(name);
    if (declaration) follow(path, module!, declaration.words);
    const source = module?.imported.get(name);
    if (source?.[1] === "*") reachAll(source[0]);
    else if (source) open.push(source);
  }
  return [...modules].flatMap(([path, { declared }]) =>
    [...declared].flatMap(([name, { exported }]) =>
      exported && !reached.has(`${path} ${name}`) ? [`${path}: ${name}`] : []
    )
  );
}

function isProduction(path: string): boolean {
  return !path.includes("/") || PRODUCTION.includes(path.split("/")[0]!);
}

function readModule({ path, text }: SourceFile): Module {
  const code = readCode(text);
  const stringAt = (index: string) => code.strings[Number(index)]!;
  const module: Module = {
    declared: new Map(),
    loose: new Set(),
    imported: new Map(),
    whole: new Set(),
  };
  const named =
    /\b(?:import|export)\s+(?:type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?|[\w$]+)(?:\s*,\s*(\{[^}]*\}))?\s+from\s+"§(\d+)§"/g;
  for (const [, first, second, index] of code.text.matchAll(named)) {
    const target = resolvePath(path, stringAt(index!));
    for (const part of [first!, second ?? ""].join(",").replace(/[{}]/g, "").split(",")) {
      const [name = "", local = name] = part.trim().replace(/^type\s+/, "").split(/\s+as\s+/);
      if (name !== "") module.imported.set(local === "*" ? `* ${target}` : local, [target, name]);
    }
  }
  // Workers, and imports at run time, of which the name taken is mostly said at once.
  for (const [, index] of code.text.matchAll(/\b(?:new\s+URL|import)\(\s*"§(\d+)§"/g)) {
    module.whole.add(resolvePath(path, stringAt(index!)));
  }
  const body = code.text.replace(named, "");
  let name: string | null = null;
  let exported = false;
  let words = new Set<string>();
  const close = () => {
    if (name === null) { for (const word of words) module.loose.add(word); }
    else {
      const before = module.declared.get(name); // overloads
      module.declared.set(name, {
        exported: exported || before?.exported === true,
        words: new Set([...words, ...before?.words ?? []]),
      });
    }
  };
  for (const line of body.split("\n")) {
    const begun = DECLARATION.exec(line);
    if (begun || /^\S/.test(line) && !/^[)}\]]/.test(line)) {
      close();
      [name, exported] = [begun?.[2] ?? null, begun?.[1] !== undefined];
      words = new Set();
    }
    for (const word of line.match(/[\w$]+/g) ?? []) if (word !== name) words.add(word);
  }
  close();
  return module;
}
