import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { bench } from "../../bench/command.ts";
import type { Report } from "../../bench/report.ts";
import { keepingTerminal } from "../cli/keeping_terminal.ts";
import { UsageError } from "../../cli/command_line/usage_error.ts";

// Small and soon over, so that the whole command can run here.
const FILTER = "segment_sum";

Deno.test({
  name: "bench saves a baseline, compares with it, and names what became slower",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "base.json");
      const terminal = keepingTerminal();
      assertEquals(await bench.run([FILTER, "--json", "--save", path], terminal), 0);
      const report: Report = JSON.parse(terminal.out[0]!);
      assertEquals(report, JSON.parse(await Deno.readTextFile(path)));
      assert(
        report.peaks.gflops > 0 && report.peaks.gigabytes > 0 && report.host!.dispatches > 1500,
      );
      const [first, second] = report.rows;
      assertEquals(first!.name, "gpu/parallel/segment_sum");

      // One row was a thousand times as fast, the other as slow.
      const scaled = (row: typeof first, by: number) => ({
        ...row!,
        wallMs: row!.wallMs * by,
        gpuMs: row!.gpuMs && row!.gpuMs * by,
        leastMs: row!.leastMs * by,
      });
      const rows = [scaled(first, 1e-3), scaled(second, 1e3)];
      await Deno.writeTextFile(path, JSON.stringify({ ...report, rows }));
      const compared = keepingTerminal();
      assertEquals(await bench.run([FILTER, "--compare", path, "--factor", "2"], compared), 1);
      const said = compared.err.at(-1)!;
      assert(said.startsWith("error: 1 of 2 rows are more than 2 times as slow as"), said);
      assert(said.includes(first!.size) && !said.includes(second!.size), said);
      assert(compared.out[0]!.includes("% of copy"));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("bench says at once what it cannot do", async () => {
  const terminal = keepingTerminal();
  const run = (...words: string[]) => bench.run(words, terminal);
  const error = await assertRejects(() => run("sofmax"), UsageError, 'Cannot run a bench "sofmax"');
  assertEquals(error.hint, "did you mean softmax?");
  await assertRejects(() => run("--factor", "0.5"), UsageError, "a number from 1");
  await assertRejects(() => run("--compare", "/nowhere/x"), Error, "Cannot read the baseline");
  await assertRejects(() => run("--save", "/nowhere/x"), Error, 'there is no folder "/nowhere/"');
});
