import { assert, assertEquals } from "@std/assert";
import { rowsOf } from "../../bench/case.ts";
import { measureHost } from "../../bench/host.ts";
import { TABLE } from "../../bench/table.ts";
import { gpuTest } from "../support.ts";

// Each at its tiny size, once: figures mean nothing here, but no bench rots.
for (const row of rowsOf(TABLE, "tiny")) {
  gpuTest(`bench ${row.name} runs at ${row.size}`, async (gpu) => {
    const before = gpu.commands.dispatches;
    const work = row.start(gpu);
    await work();
    await gpu.settle();
    work[Symbol.dispose]?.();
    assert(row.name.endsWith("/copy") || gpu.commands.dispatches > before, "nothing was run");
    for (const count of [row.flops, row.bytes]) assert(count === null || count > 0);
  });
}

gpuTest("bench of the host's time counts the dispatches of a step", async (gpu) => {
  const { dispatches, microseconds, submitMicroseconds } = await measureHost(gpu, { layers: 2 });
  assert(dispatches > 30, `${dispatches} dispatches`);
  assert(microseconds > 0 && submitMicroseconds > 0);
  assert(!Object.hasOwn(gpu.device.queue, "submit"));
});

Deno.test("every bench file is in the table", async () => {
  const bench = new URL("../../bench/", import.meta.url);
  const files: string[] = [];
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(new URL(folder, bench))) {
      if (entry.isDirectory) await walk(`${folder}${entry.name}/`);
      else if (entry.name.endsWith("_bench.ts")) files.push(folder + entry.name);
    }
  };
  await walk("./");
  const table = await Deno.readTextFile(new URL("table.ts", bench));
  assertEquals(files.filter((file) => !table.includes(`from "${file}"`)), []);
});

Deno.test("no two rows of the table have the same name and size", () => {
  for (const set of ["full", "small"] as const) {
    const keys = rowsOf(TABLE, set).map(({ name, size }) => `${name}, ${size}`);
    assertEquals(keys.length, new Set(keys).size);
  }
});
