import { assertEquals, assertThrows } from "@std/assert";
import type { BenchReport, BenchRow } from "../../bench/harness.ts";
import { regressions, rowText } from "../../bench/report.ts";

const row = (name: string, milliseconds: number, gpuMilliseconds: number | null): BenchRow => ({
  name,
  size: "rows 8",
  milliseconds,
  gpuMilliseconds,
  firstMilliseconds: 1,
  gflops: 5,
  gigabytes: null,
});

const report = (adapter: string, rows: BenchRow[]): BenchReport => ({
  adapter,
  software: true,
  deno: "2",
  date: "2026-01-01",
  rows,
});

Deno.test("regressions: rows past the factor and rows gone, by GPU time where there is one", () => {
  const before = report("a", [row("x", 9, 1), row("y", 2, null), row("z", 1, 1)]);
  const now = report("a", [row("x", 1, 1.3), row("y", 2.1, null)]);
  assertEquals(regressions(now, before, 1.2), [
    { name: "x", size: "rows 8", before: 1, now: 1.3 },
    { name: "z", size: "rows 8", before: 1, now: null },
  ]);
  assertEquals(regressions(before, before, 1), []);
});

Deno.test("regressions of another adapter are refused", () => {
  assertThrows(
    () => regressions(report("a", []), report("b", []), 1.2),
    Error,
    'Cannot compare: the baseline is of "b", this run of "a"',
  );
});

Deno.test("a row shows its rate beside the share of the peak", () => {
  const text = rowText(row("x", 2, null), { gflops: 50, gigabytes: 0 });
  assertEquals(text.includes("2.000 ms") && text.includes("5.0 GFLOP/s (10 %)"), true, text);
});
