import config from "../deno.json" with { type: "json" };
import { defineCommand } from "../cli/command_line/command.ts";
import { openGpu } from "../cli/gpu.ts";
import { JSON_OPTION } from "../cli/command_line/options.ts";
import type { Terminal } from "../cli/terminal/terminal.ts";
import { nameHint, UsageError } from "../cli/command_line/usage_error.ts";
import type { Gpu } from "../gpu/device.ts";
import {
  type Baseline,
  checkAdapter,
  readBaseline,
  type Regression,
  regressionOf,
  rowIn,
  saveBaseline,
  writeRegressions,
} from "./baseline.ts";
import { type Row, rowsOf } from "./case.ts";
import { measure } from "./harness.ts";
import { measureHost } from "./host.ts";
import { measurePeaks, type Peaks } from "./peaks.ts";
import { type Report, type Result, resultOf, writeReport } from "./report.ts";
import { TABLE } from "./table.ts";

/** `bench`: the time of every kernel at the sizes of the real workloads. */
export const bench = defineCommand({
  summary: "Time the kernels, beside the adapter's own peaks",
  arguments: {
    filter: { optional: true, help: "Part of the names to run: conv2d, gpu/parallel" },
  },
  options: {
    full: { type: "boolean", help: "The real sizes on a software adapter too" },
    json: JSON_OPTION,
    profile: { type: "boolean", help: "Show the GPU time of each kernel" },
    save: { type: "string", value: "FILE", help: "Write the figures as a baseline" },
    compare: { type: "string", value: "FILE", help: "Fail where a row is slower than there" },
    factor: { type: "number", default: 1.3, min: 1, help: "How much slower --compare lets pass" },
  },
  async run({ filter = "", full, json, profile, save, compare, factor }, terminal) {
    // Known before minutes of work are spent.
    if (rowsOf(TABLE, "tiny", filter).length === 0) {
      const names = rowsOf(TABLE, "tiny").map(({ name }) => name.slice(name.lastIndexOf("/") + 1));
      throw new UsageError(
        `Cannot run a bench "${filter}": no name has that in it`,
        nameHint(filter, names, "benches"),
      );
    }
    const baseline = compare === undefined ? null : readBaseline(compare);
    if (save !== undefined) checkFolder(save);
    const gpu = await openGpu();
    try {
      if (baseline) checkAdapter(baseline, gpu.name.description);
      const sizes = full || !gpu.name.software ? "full" : "small";
      terminal.note(`on ${gpu.name.description}, ${sizes} sizes`);
      const rows = rowsOf(TABLE, sizes, filter);
      const { report, regressions } = await measureAll(gpu, rows, { baseline, factor }, terminal);
      const whole: Report = {
        adapter: gpu.name.description,
        date: new Date().toISOString(),
        version: config.version,
        deno: Deno.version.deno,
        sizes,
        ...report,
      };
      if (json) terminal.printJson(whole);
      else terminal.print(writeReport(whole, { profile }));
      if (save !== undefined) {
        saveBaseline(save, whole);
        terminal.note(`saved ${save}`);
      }
      return baseline ? judge(baseline, whole, regressions, factor, terminal) : 0;
    } finally {
      gpu.destroy();
    }
  },
});

async function measureAll(
  gpu: Gpu,
  rows: readonly Row[],
  { baseline, factor }: { baseline: Baseline | null; factor: number },
  terminal: Terminal,
) {
  const { progress } = terminal;
  let done = 0;
  const step = (what: string, steps = 1) => {
    progress.draw({ type: "step", done, figures: { now: what } });
    done += steps;
  };
  progress.draw({
    type: "started",
    label: "measuring",
    total: rows.length + 2,
    unit: "measurement",
  });
  step("peaks");
  const peaks = await measurePeaks(gpu);
  step("host time");
  const host = await measureHost(gpu);
  const results: Result[] = [];
  const regressions: Regression[] = [];
  for (const row of rows) {
    step(`${row.name}, ${row.size}`);
    let result = await measureRow(gpu, row, peaks);
    const before = baseline && rowIn(baseline, row);
    // Once more where it seems slower: somebody else may have used the machine just then.
    if (before && regressionOf(before, result, factor)) {
      result = faster(result, await measureRow(gpu, row, peaks));
      const regression = regressionOf(before, result, factor);
      if (regression) regressions.push(regression);
    }
    results.push(result);
  }
  progress.draw({ type: "step", done: rows.length + 2, figures: {} });
  progress.draw({ type: "finished" });
  return { report: { peaks, host, rows: results }, regressions };
}

async function measureRow(gpu: Gpu, row: Row, peaks: Peaks): Promise<Result> {
  return resultOf(row, await measure(gpu, row), peaks);
}

function faster(a: Result, b: Result): Result {
  return a.leastMs <= b.leastMs ? a : b;
}

/** Says what the comparison found and returns the exit code. */
function judge(
  baseline: Baseline,
  { rows }: Report,
  regressions: readonly Regression[],
  factor: number,
  terminal: Terminal,
): number {
  const compared = rows.filter((row) => rowIn(baseline, row)).length;
  if (compared === 0) {
    throw new Error(
      `Cannot compare with "${baseline.path}": it has none of the ${rows.length} rows measured`,
    );
  }
  const fresh = rows.length - compared;
  const rest = fresh ? `, ${fresh} of ${rows.length} rows are not in it` : "";
  const of = `"${baseline.path}" of ${baseline.date.slice(0, 10)}${rest}`;
  if (regressions.length === 0) {
    terminal.note(`none of ${compared} rows is more than ${factor} times as slow as ${of}`);
    return 0;
  }
  terminal.complain(
    `error: ${regressions.length} of ${compared} rows are more than ${factor} times as slow as ${of}\n` +
      writeRegressions(regressions),
  );
  return 1;
}

/** Throws where a file could not be written: better now than after the measurements. */
function checkFolder(path: string): void {
  const folder = path.replace(/[^/\\]*$/, "") || ".";
  try {
    if (Deno.statSync(folder).isDirectory) return;
  } catch (cause) {
    throw new Error(`Cannot save "${path}": there is no folder "${folder}"`, { cause });
  }
  throw new Error(`Cannot save "${path}": "${folder}" is no folder`);
}
