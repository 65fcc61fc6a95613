import { assertEquals, assertMatch } from "@std/assert";
import { LongRunWarning } from "../../cli/long_run.ts";
import { keepingTerminal } from "./keeping_terminal.ts";

/** What is said while steps take `seconds` each, the first one twenty more. */
function said(
  seconds: number,
  { software = true, steps = 30_000, first = 1, ticks = 60 } = {},
): string[] {
  const terminal = keepingTerminal();
  let now = 0;
  const adapter = { description: "llvmpipe", software };
  const run = { steps, unit: "iterations", adapter, proposal: "--quick is shorter" } as const;
  const warning = new LongRunWarning(run, terminal, () => now);
  for (let i = first; i < first + ticks; i++) {
    warning.tick(i);
    now += 1000 * (i === first ? seconds + 20 : seconds);
  }
  return terminal.err;
}

Deno.test("a training of more than an hour is announced once, with what is shorter", () => {
  const [line, hint, ...more] = said(6.6);
  assertMatch(line!, /^30000 iterations take about 54 h 59 min here: 6\.6 s each on "llvmpipe"/);
  assertMatch(line!, /, which is a software adapter$/);
  assertEquals(hint, "  hint: --quick is shorter; Ctrl-C saves what there is");
  assertEquals(more, []);
  assertMatch(said(0.3)[0]!, /about 2 h 29 min/);
});

const SILENT = {
  "a short one": said(0.1),
  "few iterations": said(6.6, { steps: 300 }),
  "one that is resumed near its end": said(6.6, { first: 29_900 }),
  "one that has not come so far": said(6.6, { ticks: 3 }),
  "a GPU's, before enough of it is measured": said(6.6, { software: false, ticks: 40 }),
};
for (const [name, lines] of Object.entries(SILENT)) {
  Deno.test(`nothing is said of ${name}`, () => assertEquals(lines, []));
}

Deno.test("on a GPU more iterations are measured, and it is not called a software adapter", () => {
  const [line] = said(0.5, { software: false });
  assertMatch(line!, /^30000 iterations take about 4 h 09 min here: .* each on "llvmpipe"$/);
});
