import { assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { checkBoxes } from "./architecture/boxes.ts";
import { deadExports } from "./architecture/dead_exports.ts";
import {
  checkFloors,
  checkFolders,
  checkKernels,
  checkLengths,
  checkMarkup,
  checkNames,
  checkOperators,
  checkPages,
  checkProcessAccess,
  ENTRY_POINTS,
  longest,
} from "./architecture/rules.ts";
import { checkReadonly } from "./architecture/readonly.ts";
import { readCode, readSources, references, type SourceFile } from "./architecture/source.ts";

const packages = Object.keys(config.imports);
const sources = await readSources(new URL("../", import.meta.url));

const rules: Record<string, (files: readonly SourceFile[]) => string[]> = {
  "each floor imports only what lies below it": (files) => checkFloors(files, packages),
  "only cli and bench print, read the command line and exit": checkProcessAccess,
  "every kernel is used, under its own path": checkKernels,
  "every operator has a test against a reference": checkOperators,
  "what the browser gets is served, and finds what it imports": checkPages,
  "file names are snake_case and say something": checkNames,
  "no file is too long": checkLengths,
  "markup comes from the template": checkMarkup,
  "every export leads somewhere": (files) =>
    deadExports(files, [...ENTRY_POINTS, "cli/main.ts", "cli/setup.ts", "cli/studio/engine.ts"]),
  "no typed array is spread or boxed": checkBoxes,
  "no folder is too full": checkFolders,
  "what is handed up from data and loss is readonly": checkReadonly,
};
for (const [name, rule] of Object.entries(rules)) {
  Deno.test(`architecture: ${name}`, () => assertEquals(rule(sources), []));
}

Deno.test("architecture: the sources were found", () => {
  const [first] = longest(sources);
  console.log(`${sources.length} files, the longest is ${first?.path}: ${first?.lines} lines`);
  for (const path of ["mod.ts", "cli/main.ts", "gpu/device.ts", "tests/architecture_test.ts"]) {
    assertEquals(sources.some((file) => file.path === path), true, path);
  }
});

/** What `rule` says of made-up files. */
function says(rule: string, files: Record<string, string>): string[] {
  return rules[rule]!(Object.entries(files).map(([path, text]) => ({ path, text })));
}

const floors = Object.keys(rules)[0]!;
const forbidden: Record<string, [path: string, text: string]> = {
  "a sideways import": ["gpu/x.ts", `import { y } from "../data/y.ts";`],
  "an upward import": ["data/x.ts", `export * from "../model/y.ts";`],
  "a type import": ["loss/x.ts", `import type { Y } from "../data/y.ts";`],
  "an inline type import": ["gpu/x.ts", `let y: import("../model/y.ts").Y;`],
  "an import for its effects": ["model/x.ts", `import "../cli/main.ts";`],
  "a dynamic import": ["gpu/x.ts", `const y = await import("../loss/y.ts");`],
  "a computed import": ["gpu/x.ts", "const y = await import(`./${name}.ts`);"],
  "a computed import by name": ["gpu/x.ts", `const y = await import(name);`],
  "past mod.ts": ["cli/commands/x.ts", `import { Gpu } from "../../gpu/device.ts";`],
  "of a test": ["model/x.ts", `import { noise } from "../tests/support.ts";`],
  "a package without an entry": ["data/x.ts", `import x from "npm:left-pad@1.0.0";`],
  "a worker elsewhere": [
    "gpu/x.ts",
    `new Worker(new URL("../data/jpeg_worker.ts", import.meta.url), { type: "module" });`,
  ],
  "a worker without its suffix": [
    "data/x.ts",
    `new Worker(new URL("./jpeg.ts", import.meta.url), { type: "module" });`,
  ],
  "a worker from a variable": ["data/x.ts", `new Worker(url, { type: "module" });`],
  "a folder that is no floor": ["server/x.ts", ""],
};
for (const [name, [path, text]] of Object.entries(forbidden)) {
  Deno.test(`architecture refuses ${name}`, () => {
    assertEquals(says(floors, { [path]: text }).length, 1);
  });
}

Deno.test("architecture allows what goes down, and does not read comments and strings", () => {
  const allowed = {
    "cli/x.ts": `import { Gpu } from "../gpu/mod.ts";\nconst y = () => import("./commands/y.ts");`,
    "model/x.ts": `import { a } from "../gpu/a.ts";\nimport b from "../loss/b.ts";`,
    "data/x.ts": [
      `// import { y } from "../gpu/y.ts";`,
      `/* import { y } from "../gpu/y.ts"; */`,
      'const text = `import { y } from "../gpu/y.ts";`;',
      `const pattern = /"/; import { gunzipSync } from "fflate";`,
      `new Worker(new URL("./jpeg_worker.ts", import.meta.url), { type: "module" });`,
    ].join("\n"),
    "tests/x_test.ts": `import { y } from "../cli/y.ts";`,
  };
  assertEquals(says(floors, allowed), []);
});

Deno.test("architecture refuses console and process outside cli and bench", () => {
  const rule = "only cli and bench print, read the command line and exit";
  const loud = "console.log(`${Deno.args[0]}`); Deno.exit(1);";
  assertEquals(says(rule, { "data/x.ts": loud }).length, 3);
  assertEquals(says(rule, { "data/x.ts": "const s = `${'a'} ${Deno.args}`;" }).length, 1);
  assertEquals(says(rule, { "cli/x.ts": loud, "bench/x.ts": loud }), []);
  assertEquals(
    says(rule, { "gpu/x.ts": `// console.log\nthrow Error("no console, process");` }),
    [],
  );
});

Deno.test("architecture refuses unused kernels and wrong kernel paths", () => {
  const rule = "every kernel is used, under its own path";
  const user = (path: string) =>
    `import source from "./a.wgsl" with { type: "text" };\nnew Kernel("${path}", source);`;
  assertEquals(says(rule, { "gpu/ops/a.wgsl": "" }), ["gpu/ops/a.wgsl: no .ts file imports it"]);
  assertEquals(says(rule, { "gpu/ops/a.wgsl": "", "gpu/ops/a.ts": user("gpu/ops/a.wgsl") }), []);
  const wrong = (use: string) =>
    says(rule, {
      "gpu/ops/a.wgsl": "",
      "gpu/ops/b.wgsl": "",
      "gpu/ops/a.ts": `import a from "./a.wgsl" with { type: "text" };\n` +
        `import b from "./b.wgsl" with { type: "text" };\n${use}`,
    }).length;
  assertEquals(wrong(`new Kernel("gpu/ops/a.wgsl", a, { include: [b] });`), 0);
  assertEquals(wrong(`new Kernel("gpu/ops/b.wgsl", a);`), 1, "another one's path");
  assertEquals(wrong("new Kernel(`${FOLDER}/a.wgsl`, a);"), 1, "a path that is not written out");
  assertEquals(wrong(`const s = { path: "gpu/ops/b.wgsl", source: a };`), 1, "a snippet's");
});

Deno.test("architecture refuses an operator without a test or a reference", () => {
  const rule = "every operator has a test against a reference";
  const op = { "gpu/ops/nn/relu.ts": `return record("relu", [x], y, back);` };
  const reference = { "tests/reference/unary.ts": "" };
  const test = (text: string) => ({ "tests/gpu/ops/nn/relu_test.ts": text });
  const using = `import { relu } from "../../../../gpu/ops/nn/relu.ts";\n`;
  const naming = `import { relu as slow } from "../../../reference/unary.ts";`;
  assertEquals(says(rule, op).length, 1);
  assertEquals(says(rule, { ...op, ...test(naming), ...reference }).length, 1); // tests another
  assertEquals(says(rule, { ...op, ...test(using) }).length, 1);
  assertEquals(says(rule, { ...op, ...test(using + naming) }).length, 1); // names none that exists
  assertEquals(says(rule, { ...op, ...test(using + naming), ...reference }), []);
  assertEquals(says(rule, { ...op, ...test(`${using}// reference: the host's own sums`) }), []);
  const part = { "gpu/ops/nn/part.ts": `import p from "./part.wgsl" with { type: "text" };` };
  assertEquals(says(rule, part).length, 1);
  const whole = { "gpu/ops/nn/relu.ts": `import "./part.ts"; ${op["gpu/ops/nn/relu.ts"]}` };
  assertEquals(says(rule, { ...part, ...whole, ...test(using + naming), ...reference }), []);
  assertEquals(says(rule, { "gpu/ops/nn/shape_rule.ts": "export const x = 1;" }), []);
  const beside = { "model/foo/part.ts": part["gpu/ops/nn/part.ts"] };
  assertEquals(says(rule, beside).length, 1);
  assertEquals(says(rule, { ...beside, "model/foo/user.ts": `import "./part.ts";` }).length, 1);
});

Deno.test("architecture refuses page files that are not served or import from elsewhere", () => {
  const rule = "what the browser gets is served, and finds what it imports";
  const html = `<script type="importmap">{ "imports": { "three": "/packages/three.js" } }</script>`;
  const assets = (...names: string[]) => ({
    "cli/view/assets.ts": names.map((name, i) =>
      `import a${i} from "./page/${name}" with { type: "text" };`
    ).join("\n"),
  });
  const page = (text: string) => ({
    "cli/view/page/index.html": html,
    "cli/view/page/a.js": text,
    "cli/view/page/b.js": "",
    ...assets("index.html", "a.js", "b.js"),
  });
  assertEquals(says(rule, page(`import "./b.js";\nimport * as THREE from "three";`)), []);
  assertEquals(says(rule, page(`const b = await import("./b.js");`)), []);
  assertEquals(says(rule, page(`import "./c.js";`)).length, 1);
  assertEquals(says(rule, page(`import "../b.ts";`)).length, 1);
  assertEquals(says(rule, page(`import x from "https://cdn.example/x.js";`)).length, 1);
  assertEquals(says(rule, { ...page(""), ...assets("index.html", "a.js") }).length, 1);
  assertEquals(says(rule, { "gpu/x.js": "", "gpu/y.ts": `import "./x.js";` }).length, 1);
});

Deno.test("architecture refuses markup that is not from the template", () => {
  const rule = "markup comes from the template";
  const made = "const a = new Html(`<b>${name}</b>`);";
  assertEquals(says(rule, { "model/occupancy/run/x.ts": made }).length, 1);
  assertEquals(
    says(rule, { "model/report/page.ts": made, "cli/x.ts": "html`<b>${name}</b>`;" }),
    [],
  );
});

Deno.test("architecture refuses names that say nothing, files too long, folders too full", () => {
  const naming = "file names are snake_case and say something";
  for (const path of ["gpu/utils.ts", "data/zip_helpers.ts", "model/Module.ts", "gpu/a-b.wgsl"]) {
    assertEquals(says(naming, { [path]: "" }).length, 1, path);
  }
  assertEquals(says(naming, { "gpu/database.ts": "", "gpu/wgsl/sh.wgsl": "" }), []);
  const length = "no file is too long";
  assertEquals(says(length, { "gpu/x.ts": "\n".repeat(400) + "x" }).length, 1);
  assertEquals(says(length, { "gpu/x.ts": "x\n".repeat(400) }), []);
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`gpu/ops/x${i}.ts`, ""]));
  assertEquals(says("no folder is too full", many(20)), []);
  assertEquals(says("no folder is too full", { ...many(21), "gpu/y.ts": "" }).length, 1);
});

Deno.test("architecture refuses typed arrays that are spread or boxed", () => {
  const rule = "no typed array is spread or boxed";
  const holder = {
    "data/splats.ts": "export interface Splats { readonly positions: Float32Array }",
  };
  const wrong = [
    "Int32Array.of(...list);",
    "const x = new Float32Array(n); Math.max(...x);",
    "function f(x: Uint8Array) { out.push(1, ...x); }",
    "out.push(...splats.positions);",
    "const { positions } = splats; [...positions];",
    'const x = await y.read("f32"); Array.from(x);',
    "const x = Uint32Array.from(list); x.filter((v) => v > 0);",
    "const x: Int8Array = y; x.sort((a, b) => b - a);",
    "Uint8Array.from(f(a, b), (v) => v + 1);",
    "Float64Array.from(\n  words,\n  Number,\n);",
  ];
  for (const text of wrong) {
    assertEquals(says(rule, { ...holder, "data/x.ts": text }).length, 1, text);
    const lines = `// boxed: three numbers\n${text}`;
    assertEquals(says(rule, { ...holder, "data/x.ts": lines }), [], text);
    assertEquals(says(rule, { ...holder, "tests/x.ts": text }), []);
  }
  const right = [
    "const x = new Float32Array(n); x.map((v) => v + 1); x.sort(); y.set(x);",
    "Float32Array.from({ length: n }, (_, i) => x[i]!); Uint8Array.of(1, 2, last);",
    "Uint32Array.from([1, 2], (v) => v); Float32Array.from(f(a, b)); Array.from(list);",
    "const list = [1]; Math.max(...list); out.push(...list); list.filter(Boolean);",
    "/** Do not Math.max(...positions) it. */\nconst { positions } = splats;",
    "const pictures: Uint8Array[] = []; pictures.filter(Boolean);",
  ];
  for (const text of right) {
    assertEquals(says(rule, { ...holder, "data/x.ts": text }), [], text);
  }
});

Deno.test("the reader of sources finds every way to name a module", () => {
  const code = readCode([
    `import a, { type B } from "./a.ts";`,
    `import * as c from './c.ts';`,
    `export { d } from "./d.ts";`,
    `import "./e.ts";`,
    "const f = await import('./f.ts');",
    `const g = new URL("./g.wasm", import.meta.url);`,
    `const h = import.meta.resolve("./h.ts");`,
    "const i = `${`${import('./i.ts')} // not a comment`}`; const j = 4 / 2 / 1;",
    `import k from "./k.wgsl" with { type: "text" };`,
  ].join("\n"));
  assertEquals(
    references(code).map(({ specifier }) => specifier).sort(),
    ["a.ts", "c.ts", "d.ts", "e.ts", "f.ts", "g.wasm", "h.ts", "i.ts", "k.wgsl"]
      .map((name) => `./${name}`),
  );
});

Deno.test("architecture refuses exports that only tests and benches use", () => {
  const rule = "every export leads somewhere";
  const files = {
    "mod.ts": `export { used } from "./data/a.ts";\nexport type { Shape } from "./data/b.ts";`,
    "data/a.ts": [
      `import { inner } from "./b.ts";`,
      `export function used() {\n  return inner(() => new Worker(new URL("./c_worker.ts", import.meta.url)));\n}`,
      `export function idle() {\n  return used();\n}`,
    ].join("\n"),
    "data/b.ts":
      `export const inner = (x: unknown) => x;\nexport interface Shape {}\nexport type Lost = 1;`,
    "data/c_worker.ts": `import { far } from "./d.ts";\nself.onmessage = () => far();`,
    "data/d.ts": `export function far() {}\nexport class Never {}`,
    "tests/a_test.ts": `import { idle } from "../data/a.ts";\nidle();`,
    "bench/a_bench.ts": `import { Never } from "../data/d.ts";\nnew Never();`,
    "cli/main.ts": "",
  };
  assertEquals(says(rule, files), ["data/a.ts: idle", "data/b.ts: Lost", "data/d.ts: Never"]);
});

Deno.test("architecture: the entry points are the subpaths of deno.json", () => {
  assertEquals(Object.values(config.exports), ENTRY_POINTS.map((path) => `./${path}`));
  const { command } = config.tasks.ok;
  assertEquals(ENTRY_POINTS.filter((path) => !command.includes(` ${path}`)), []);
});

Deno.test("architecture refuses fields to write in what data hands up", () => {
  const rule = "what is handed up from data and loss is readonly";
  const file = (fields: string) => ({ "data/x.ts": `export interface X {\n${fields}\n}\n` });
  assertEquals(says(rule, file("  /** A size. */\n  readonly size: number;")), []);
  assertEquals(says(rule, file("  size?: number;")), ["data/x.ts: X has fields to write: size"]);
  assertEquals(says(rule, { "data/x.ts": "interface Counts {\n  files: number;\n}\n" }), []);
});
