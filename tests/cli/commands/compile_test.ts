import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { compile } from "../../../cli/commands/compile.ts";
import { SHIPPED_MODELS } from "../../../model/mod.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { reachable } from "../../architecture/reach.ts";
import { readSources } from "../../architecture/source.ts";

const root = new URL("../../../", import.meta.url);

/** The paths in the tree that `deno compile` draws; `folder/*` stands for all files of a folder. */
function readTree(text: string): string[] {
  const paths: string[] = [];
  const parents: string[] = [];
  for (const line of text.split("\n")) {
    const [, bars, name] = line.match(/^([│ ]*[├└]─[─┬] )(\S+)(?: \(.*\))?$/) ?? [];
    if (bars === undefined || name === undefined) continue;
    parents.splice(bars.length / 2 - 2);
    parents.push(name);
    paths.push(parents.join("/"));
  }
  return paths;
}

function isListed(path: string, listed: ReadonlySet<string>): boolean {
  if (listed.has(path)) return true;
  const folders = path.split("/").slice(0, -1);
  return folders.some((_, i) => listed.has(`${folders.slice(0, i + 1).join("/")}/*`));
}

Deno.test("compile embeds every module, kernel and worker that a command can need", async () => {
  const folder = await Deno.makeTempDir();
  const before = Deno.env.get("DENORT_BIN");
  try {
    // The runtime that deno compile downloads is out of reach on a test machine. Deno itself in its
    // place gives no program that runs, but the graph is resolved and all files are embedded.
    Deno.env.set("DENORT_BIN", before ?? Deno.execPath());
    const terminal = keepingTerminal();
    const out = join(folder, "voxsplat");
    assertEquals(await compile.run(["--out", out], terminal), 0);
    assertEquals(terminal.out, [out]);
    assert((await Deno.stat(out)).size > 10e6, "the program is too small to hold the runtime");

    const listed = new Set(readTree(terminal.err.join("\n")));
    const needed = reachable(await readSources(root), "cli/main.ts");
    assert(
      needed.includes("cli/commands/vector_add.wgsl"),
      "the walk over the sources finds too little",
    );
    assert(needed.includes("cli/view/page/main.js"), "the walk finds no page of the viewer");
    assertEquals(needed.filter((path) => !isListed(path, listed)), []);
    for (const file of Object.values(SHIPPED_MODELS)) {
      assert(isListed(`model/occupancy/shipped/${file}`, listed), `${file} is not embedded`);
    }
    const packages = [...listed].filter((path) => path.includes("node_modules"));
    for (const name of ["three", "@sparkjsdev/spark", "@jsquash/webp"]) {
      assert(packages.some((path) => path.includes(`/${name}/`)), `${name} is not embedded`);
    }
    assert(!packages.some((path) => path.includes("playwright")), "a tests' package is embedded");
  } finally {
    if (before === undefined) Deno.env.delete("DENORT_BIN");
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reachable follows workers and urls, not types", () => {
  const files = Object.entries({
    "cli/main.ts": `import { a } from "../mod.ts"; import("./b.ts");`,
    "mod.ts": `import type { T } from "./t.ts";\nexport { a } from "./data/a.ts";`,
    "data/a.ts": `new Worker(new URL("./a_worker.ts", import.meta.url));`,
    "data/a_worker.ts": `import k from "./k.wgsl" with { type: "text" };`,
    "data/k.wgsl": "",
    "cli/b.ts": "",
    "t.ts": "",
    "cli/unused.ts": "",
  }).map(([path, text]) => ({ path, text }));
  assertEquals(reachable(files, "cli/main.ts"), [
    "cli/b.ts",
    "cli/main.ts",
    "data/a.ts",
    "data/a_worker.ts",
    "data/k.wgsl",
    "mod.ts",
  ]);
});

Deno.test("the tree that deno compile draws is read whole", () => {
  const tree = [
    "voxsplat",
    "├─┬ cli (89.77KB)",
    "│ ├── main.ts (4.01KB)",
    "│ └── commands/* (20.36KB)",
    "├── deno.json (1.16KB)",
    "└─┬ gpu (1KB - 1B unique)",
    "  └── wgsl/reduce.wgsl (5B)",
  ].join("\n");
  const listed = new Set(readTree(tree));
  assertEquals(isListed("cli/main.ts", listed), true);
  assertEquals(isListed("cli/commands/doctor.ts", listed), true);
  assertEquals(isListed("gpu/wgsl/reduce.wgsl", listed), true);
  assertEquals(isListed("cli/terminal/table.ts", listed), false);
  assertEquals(isListed("gpu/wgsl/sh.wgsl", listed), false);
});
