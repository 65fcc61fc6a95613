import { assertEquals } from "@std/assert";
import { relative } from "@std/path";
import { sizesFor } from "../../bench/harness.ts";
import { benches, references } from "../../bench/table.ts";
import { gpuTest } from "../support.ts";

async function* benchFiles(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    const path = new URL(entry.name + (entry.isDirectory ? "/" : ""), folder);
    if (entry.isDirectory) yield* benchFiles(path);
    else if (entry.name.endsWith("_bench.ts")) yield path;
  }
}

Deno.test("every bench is in the table, under a name of its own", async () => {
  const root = new URL("../../bench/", import.meta.url);
  const table = await Deno.readTextFile(new URL("table.ts", root));
  for await (const file of benchFiles(root)) {
    const path = relative(root.pathname, file.pathname);
    const name = table.match(`cases as (\\w+) } from "./${path}"`)?.[1];
    const used = new RegExp(`(^  |\\.\\.\\.)${name}\\b`, "m").test(table);
    assertEquals(name !== undefined && used, true, `${path} must be imported and used`);
  }
  const names = [...references, ...benches].map(({ name }) => name);
  assertEquals(names.filter((name, i) => names.indexOf(name) < i), []);
});

gpuTest("a software adapter runs the sizes that take it a moment, at least one", (gpu) => {
  const sizes = [{ n: 1e12 }, { n: 1e6 }, { n: 1e10 }];
  const bench = { name: "x", sizes, run: () => () => {}, flops: ({ n }: { n: number }) => n };
  assertEquals(sizesFor(gpu, bench), gpu.name.software ? sizes.slice(0, 2) : sizes);
});
