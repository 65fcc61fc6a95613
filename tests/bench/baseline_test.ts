import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  checkAdapter,
  readBaseline,
  regressionOf,
  rowIn,
  saveBaseline,
} from "../../bench/baseline.ts";
import type { Report, Result } from "../../bench/report.ts";

function result(name: string, wallMs: number, gpuMs: number | null): Result {
  const rates = { gflops: null, ofPeak: null, gigabytes: null, ofCopy: null };
  const leastMs = (gpuMs ?? wallMs) / 2;
  return { name, size: "n 1", wallMs, gpuMs, leastMs, samples: 3, ...rates };
}

const report: Report = {
  adapter: "one",
  date: "2026-11-21T01:02:03Z",
  version: "1",
  deno: "2",
  sizes: "small",
  peaks: { gflops: 100, gigabytes: 10 },
  host: null,
  rows: [result("gpu/a", 4, 2), result("gpu/b", 4, null)],
};

async function inFolder(body: (folder: string) => void) {
  const folder = await Deno.makeTempDir();
  try {
    body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a saved baseline is read again, and nothing lies beside it", () =>
  inFolder((folder) => {
    const path = join(folder, "base.json");
    saveBaseline(path, report);
    const baseline = readBaseline(path);
    assertEquals(baseline.rows, JSON.parse(JSON.stringify(report.rows)));
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["base.json"]);
    checkAdapter(baseline, "one");
    assertThrows(() => checkAdapter(baseline, "two"), Error, `it was measured on "one"`);
    assertEquals(rowIn(baseline, { name: "gpu/a", size: "n 1" })?.gpuMs, 2);
    assertEquals(rowIn(baseline, { name: "gpu/a", size: "n 2" }), null);
  }));

Deno.test("an unreadable baseline is named with what is wrong", () =>
  inFolder((folder) => {
    const path = join(folder, "base.json");
    assertThrows(() => readBaseline(path), Error, `Cannot read the baseline "${path}"`);
    Deno.writeTextFileSync(path, JSON.stringify(report).slice(0, -9));
    assertThrows(() => readBaseline(path), SyntaxError, "it is not JSON");
    const rows = [{ name: "gpu/a", size: "n 1", wallMs: -1, gpuMs: null, leastMs: 1 }];
    for (const content of [null, [], {}, { ...report, rows: 3 }, { ...report, rows }]) {
      Deno.writeTextFileSync(path, JSON.stringify(content));
      assertThrows(() => readBaseline(path), SyntaxError, "it must hold an adapter");
    }
  }));

Deno.test("a row is a regression beyond the factor, by its fastest sample where both are of one kind", () => {
  const [before] = report.rows as [Result];
  assertEquals(regressionOf(before, result("gpu/a", 90, 2.6), 1.3), null);
  assertEquals(regressionOf(before, result("gpu/a", 1, 2.7), 1.3), {
    name: "gpu/a",
    size: "n 1",
    beforeMs: 1,
    nowMs: 1.35,
  });
  assertEquals(regressionOf(before, result("gpu/a", 5, null), 1.3), null);
  assertEquals(regressionOf(before, result("gpu/a", 6, null), 1.3)?.nowMs, 6);
});
