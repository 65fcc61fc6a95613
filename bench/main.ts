import { parseArgs } from "@std/cli/parse-args";
import { Gpu } from "../gpu/device.ts";
import { type BenchReport, type BenchRow, runBenches } from "./harness.ts";
import { type Peak, regressions, rowText } from "./report.ts";
import { benches, references } from "./table.ts";

const USAGE = `deno task bench [NAME] [--json] [--save FILE] [--compare FILE [--factor 1.2]]

Times the benches whose name contains NAME. --save writes the figures as JSON; --compare names what
takes more than FACTOR times as long as in a saved file, and exits with 1 if anything does.`;

const args = parseArgs(Deno.args, {
  boolean: ["json", "help"],
  string: ["save", "compare", "factor"],
  default: { factor: "1.2" },
});
if (args.help) {
  console.log(USAGE);
  Deno.exit(0);
}
const factor = Number(args.factor);
if (!(factor > 0)) {
  console.error(`Cannot compare: --factor is "${args.factor}", it must be a number above 0`);
  Deno.exit(2);
}

const gpu = await Gpu.open();
const say = (line: string) => args.json ? console.error(line) : console.log(line);
say(gpu.name.description);
const rows: BenchRow[] = [];
const peak = { gflops: 0, gigabytes: 0 } satisfies Peak;
for await (const row of runBenches(gpu, references)) {
  peak.gflops = Math.max(peak.gflops, row.gflops ?? 0);
  peak.gigabytes = Math.max(peak.gigabytes, row.gigabytes ?? 0);
  rows.push(row);
  say(rowText(row, peak));
}
for await (const row of runBenches(gpu, benches, String(args._[0] ?? ""))) {
  rows.push(row);
  say(rowText(row, peak));
}
const report: BenchReport = {
  adapter: gpu.name.description,
  software: gpu.name.software,
  deno: Deno.version.deno,
  date: new Date().toISOString(),
  rows,
};
if (args.json) console.log(JSON.stringify(report, null, 2));
if (args.save) await Deno.writeTextFile(args.save, JSON.stringify(report, null, 2) + "\n");
let slower = 0;
if (args.compare) {
  const baseline = JSON.parse(await Deno.readTextFile(args.compare)) as BenchReport;
  const measured = new Set(rows.map(({ name }) => name));
  // A filtered run speaks of its own rows alone.
  const part = { ...baseline, rows: baseline.rows.filter(({ name }) => measured.has(name)) };
  for (const { name, size, before, now } of regressions(report, part, factor)) {
    slower++;
    say(
      `slower: ${name} ${size}: ${before.toFixed(3)} ms before, ${
        now === null ? "missing" : `${now.toFixed(3)} ms`
      } now`,
    );
  }
  say(slower ? `${slower} slower by more than ${factor}` : `none slower by more than ${factor}`);
}
gpu.destroy();
Deno.exit(slower ? 1 : 0);
