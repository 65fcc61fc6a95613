import { readCode, references, resolvePath, type SourceFile } from "./source.ts";

/** What a program may import, by the subpaths of deno.json; commands import nothing else. */
export const ENTRY_POINTS = [
  "mod.ts",
  "gpu/mod.ts",
  "loss/mod.ts",
  "data/mod.ts",
  "model/mod.ts",
  "model/splat/mod.ts",
];

/** What each floor may import besides the packages of the import map; `*` is anything. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  cli: ["cli", ...ENTRY_POINTS, "deno.json"],
  "mod.ts": ["model", "loss", "data", "gpu", "deno.json"],
  model: ["model", "loss", "data", "gpu", "deno.json"],
  loss: ["loss", "gpu"],
  gpu: ["gpu"],
  data: ["data"],
  bench: ["*"],
  tests: ["*"],
};

/** Floors that may print, read the command line and exit. */
const LOUD = ["cli", "bench", "tests"];

/** Words that say nothing about what a file holds. */
const EMPTY_NAMES =
  /(^|_)(utils?|helpers?|common|commons|manager|base|misc|stuff|shared_functions)(_|$)/;

const MAX_LINES = 400;

const MAX_FILES = 20;

/** Where operators live: kernels that know one model stand beside it. */
const OPERATORS = /^(gpu\/ops|loss|model)\//;

/** What few want is named by the import map alone, so that nothing else brings it along. */
const ON_DEMAND = "cli/gpus/dawn.ts";

/** Who may import whom: folders, bare names, computed imports, workers. */
export function checkFloors(files: readonly SourceFile[], packages: readonly string[]): string[] {
  const wrong: string[] = [];
  for (const file of typescript(files)) {
    const floor = floorOf(file.path);
    const allowed = FLOORS[floor];
    if (allowed === undefined) {
      wrong.push(`${file.path}: "${floor}" is no floor of the house`);
      continue;
    }
    const code = readCode(file.text);
    for (const { specifier, kind } of references(code)) {
      if (!/^\.{1,2}\//.test(specifier)) {
        // An entry that ends in a slash opens everything below it, as in import maps.
        const mapped = packages.some((name) =>
          specifier === name || name.endsWith("/") && specifier.startsWith(name)
        );
        if (kind === "url" || !mapped) {
          wrong.push(`${file.path}: "${specifier}" is not in the import map of deno.json`);
        }
        continue;
      }
      const target = resolvePath(file.path, specifier);
      const may = ["*", target, floorOf(target)].some((name) => allowed.includes(name));
      if (!may) {
        wrong.push(
          `${file.path}: ${kind} of "${specifier}", ${floor} may use ${allowed.join(", ")} only`,
        );
      }
    }
    if (file.path !== ON_DEMAND && /\bimport\s*\((?!\s*"§\d+§"\s*[,)])/.test(code.text)) {
      wrong.push(`${file.path}: a computed import hides what it needs, name a literal`);
    }
    wrong.push(...checkWorkers(file.path, code));
  }
  return wrong;
}

/** Markup comes from the template alone, so that no data becomes code. */
export function checkMarkup(files: readonly SourceFile[]): string[] {
  return typescript(files).filter(({ path, text }) =>
    !/^(tests|model\/report)\//.test(path) &&
    /\bnew\s+Html\(|\.innerHTML\b/.test(readCode(text).text)
  ).map(({ path }) => `${path}: markup is made by html\`…\` of model/report/html.ts`);
}

/** Workers are started from a literal that ends in `_worker.ts`, so that `compile` embeds them. */
function checkWorkers(path: string, { text, strings }: ReturnType<typeof readCode>): string[] {
  const wrong: string[] = [];
  for (const { index } of text.matchAll(/\bnew\s+Worker\(/g)) {
    const literal = text.slice(index).match(
      /^new\s+Worker\(\s*new\s+URL\(\s*"§(\d+)§"\s*,\s*import\.meta\.url/,
    );
    const url = literal ? strings[Number(literal[1])]! : "";
    if (!/^\.{1,2}\/.*_worker\.ts$/.test(url)) {
      wrong.push(
        `${path}: a worker must be new Worker(new URL("./…_worker.ts", import.meta.url), …)`,
      );
    }
  }
  return wrong;
}

/** Only the loud floors touch the console, the command line and the process. */
export function checkProcessAccess(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  for (const file of typescript(files)) {
    if (LOUD.includes(floorOf(file.path))) continue;
    const access =
      /(?<![.\w])(console|process|Deno\s*\.\s*(exit|exitCode|args|stdout|stderr|stdin))\s*[.([;,)]/g;
    for (const [, name] of readCode(file.text).text.matchAll(access)) {
      wrong.push(`${file.path}: "${name}" belongs to cli/ and bench/`);
    }
  }
  return wrong;
}

/** What errors and profiles call a source by: new Kernel("gpu/…/foo.wgsl", foo), { path: "…", source: foo }. */
const NAMED_SOURCE =
  /(?:new Kernel\(\s*(?=\S)|\bpath: (?=["`][^"`]*["`],\s*source: ))("[^"]*"|`[^`]*`|\w+),\s*(?:source: )?(\w+)/g;

/** Every kernel has a user, and is called by its own path. */
export function checkKernels(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  const kernels = new Set(files.map(({ path }) => path).filter((path) => path.endsWith(".wgsl")));
  const used = new Set<string>();
  for (const file of typescript(files)) {
    const code = readCode(file.text);
    const imported = references(code)
      .filter(({ specifier }) => specifier.endsWith(".wgsl"))
      .map(({ specifier }) => resolvePath(file.path, specifier));
    for (const path of imported) {
      if (!kernels.has(path)) wrong.push(`${file.path}: "${path}" does not exist`);
      used.add(path);
    }
    if (floorOf(file.path) === "tests") continue; // made-up kernels have made-up paths
    const importedAs = new Map(
      [...file.text.matchAll(/^import (\w+) from "([^"]+\.wgsl)"/gm)]
        .map(([, name, specifier]) => [name!, resolvePath(file.path, specifier!)]),
    );
    for (const [, quoted, source] of file.text.matchAll(NAMED_SOURCE)) {
      const path = importedAs.get(source!);
      if (quoted !== `"${path}"`) {
        wrong.push(`${file.path}: calls ${source} ${quoted}, it is "${path}"`);
      }
    }
  }
  for (const path of kernels) if (!used.has(path)) wrong.push(`${path}: no .ts file imports it`);
  return wrong;
}

/**
 * Every operator is tested in its mirrored folder, against a reference.
 *
 * The test imports the operator itself, and either a file of tests/reference/ or says what else it
 * compares with on a line `// reference: …`. A part that only operators use is tested by theirs.
 */
export function checkOperators(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  const all = new Set(files.map(({ path }) => path));
  const imports = new Map(
    typescript(files).map(({ path, text }) => [
      path,
      references(readCode(text)).map(({ specifier }) => resolvePath(path, specifier)),
    ]),
  );
  const operators = new Set(typescript(files).filter(isOperator).map(({ path }) => path));
  for (const file of typescript(files)) {
    if (!operators.has(file.path)) continue;
    const users = [...imports].filter(([, targets]) => targets.includes(file.path));
    const folder = `tests/${file.path.slice(0, file.path.lastIndexOf("/"))}/`;
    const tests = users.map(([path]) => path)
      .filter((path) => path.startsWith(folder) && path.endsWith("_test.ts"));
    const isPart = !recordsItself(file) &&
      users.some(([path]) => /^(gpu\/ops|loss)\//.test(path) || operators.has(path));
    if (tests.length === 0 && !isPart) wrong.push(`${file.path}: no test in ${folder} imports it`);
    const compared = tests.some((path) =>
      imports.get(path)!.some((target) =>
        target.startsWith("tests/reference/") && all.has(target)
      ) ||
      /^\/\/ reference: \S/m.test(files.find((test) => test.path === path)!.text)
    );
    if (tests.length > 0 && !compared) {
      wrong.push(`${file.path}: ${tests.join(", ")} compares with no file of tests/reference/`);
    }
  }
  return wrong;
}

/** An operator runs a kernel or stands on the tape. */
function isOperator(file: SourceFile): boolean {
  if (!OPERATORS.test(file.path)) return false;
  return recordsItself(file) ||
    references(readCode(file.text)).some(({ specifier }) => specifier.endsWith(".wgsl"));
}

function recordsItself(file: SourceFile): boolean {
  return /\brecord\s*\(/.test(readCode(file.text).text);
}

/**
 * What the browser gets is imported as text, so that it is served and embedded; its scripts import each
 * other, by paths that exist, and the names that a page's import map has.
 */
export function checkPages(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  const all = new Set(files.map(({ path }) => path));
  const served = new Set(
    typescript(files).flatMap(({ path, text }) =>
      references(readCode(text)).map(({ specifier }) => resolvePath(path, specifier))
    ),
  );
  const mapped = new Set(
    files.filter(({ path }) => path.endsWith(".html"))
      .flatMap(({ text }) => [...text.matchAll(/"([^"]+)":\s*"\.?\//g)].map(([, name]) => name!)),
  );
  for (const { path, text } of files) {
    if (!/\.(js|css|html)$/.test(path)) continue;
    if (!/\/page\//.test(path)) {
      wrong.push(`${path}: what the browser gets belongs in a folder "page"`);
    }
    if (!served.has(path)) wrong.push(`${path}: no .ts file imports it`);
    if (!path.endsWith(".js")) continue;
    for (const { specifier } of references(readCode(text))) {
      const known = /^\.\.?\//.test(specifier)
        ? all.has(resolvePath(path, specifier))
        : /^(view|page)\//.test(specifier)
        ? all.has(`cli/view/page/${specifier.replace(/^\w+\//, "")}`)
        : mapped.has(specifier);
      if (!known) {
        wrong.push(`${path}: "${specifier}" is no script beside it, nor in an import map`);
      }
    }
  }
  return wrong;
}

/** File names are snake_case and say what is inside. */
export function checkNames(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  for (const { path } of files) {
    for (const part of path.split("/")) {
      const stem = part.replace(/\.\w+$/, "");
      if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(stem)) {
        wrong.push(`${path}: "${part}" is not snake_case`);
      } else if (EMPTY_NAMES.test(stem)) {
        wrong.push(`${path}: "${part}" says nothing about its inside`);
      }
    }
  }
  return wrong;
}

/** Files stay short enough to be read in one go. */
export function checkLengths(files: readonly SourceFile[]): string[] {
  return longest(files)
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${MAX_LINES} are allowed`);
}

/** Folders hold few enough files that their listing is read at a glance. */
export function checkFolders(files: readonly SourceFile[]): string[] {
  const held = new Map<string, number>();
  for (const { path } of files) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    held.set(folder, (held.get(folder) ?? 0) + 1);
  }
  return [...held]
    .filter(([, count]) => count > MAX_FILES)
    .map(([folder, count]) => `${folder}: ${count} files, at most ${MAX_FILES} are allowed`);
}

/** Lines by file, longest first. */
export function longest(files: readonly SourceFile[]): { path: string; lines: number }[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .sort((a, b) => b.lines - a.lines);
}

function typescript(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => path.endsWith(".ts"));
}

function floorOf(path: string): string {
  return path.split("/")[0]!;
}
