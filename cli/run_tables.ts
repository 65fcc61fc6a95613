import type { RunSummary } from "../mod.ts";
import type { ProfileRow } from "../gpu/mod.ts";
import { percentText } from "../model/mod.ts";
import { formatDuration } from "./terminal/progress.ts";
import { formatTable } from "./terminal/table.ts";

// A training step runs some 150 kernels, most of them for next to nothing.
const PROFILE_ROWS = 30;

/** Between readings of the kernels' times. */
export const PROFILED_STEPS = 10;

/** A training run in one row. */
export function formatSummary(summary: RunSummary): string {
  const { steps, skipped, seconds, loss, last, best, peakMemory } = summary;
  const at = (evaluated: RunSummary["last"]) =>
    evaluated ? `${percentText(evaluated.miou)} at ${evaluated.step}` : "–";
  return formatTable(
    [
      "steps",
      "skipped",
      "time",
      "last loss",
      "last mIoU %",
      "best mIoU %",
      "reference mIoU %",
      "peak GPU memory",
    ],
    [[
      steps,
      skipped,
      formatDuration(seconds),
      loss,
      at(last),
      at(best),
      last ? percentText(last.referenceMiou) : "–",
      `${(peakMemory / 2 ** 20).toFixed(1)} MiB`,
    ]],
  );
}

/** The kernels that took longest, and the others in one row. */
export function formatProfile(rows: readonly ProfileRow[]): string {
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0) || 1;
  const others = rows.slice(PROFILE_ROWS);
  const shown = rows.slice(0, PROFILE_ROWS);
  if (others.length) {
    shown.push({
      kernel: `${others.length} others`,
      calls: others.reduce((sum, { calls }) => sum + calls, 0),
      milliseconds: others.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    });
  }
  return formatTable(
    ["kernel", "calls", "GPU ms", "share %"],
    shown.map(({ kernel, calls, milliseconds }) => [
      kernel,
      calls,
      Number(milliseconds.toFixed(1)),
      Number((100 * milliseconds / total).toFixed(1)),
    ]),
  );
}
