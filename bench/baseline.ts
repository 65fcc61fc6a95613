import { writeAtomically } from "../data/files/atomic_file.ts";
import { formatTable } from "../cli/terminal/table.ts";
import type { Report, Result } from "./report.ts";

/** Earlier figures to hold new ones against. */
export interface Baseline {
  readonly path: string;
  readonly adapter: string;
  readonly date: string;
  readonly rows: readonly Pick<Result, "name" | "size" | "wallMs" | "gpuMs" | "leastMs">[];
}

/** A row that became slower than the factor allows. */
export interface Regression {
  readonly name: string;
  readonly size: string;
  readonly beforeMs: number;
  readonly nowMs: number;
}

/** Writes a report so that it can be compared with later. */
export function saveBaseline(path: string, report: Report): void {
  writeAtomically(path, new TextEncoder().encode(JSON.stringify(report, null, 2) + "\n"));
}

/** Reads what `saveBaseline` wrote, and checks all that comparing needs. */
export function readBaseline(path: string): Baseline {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (cause) {
    throw new Error(`Cannot read the baseline "${path}"`, { cause });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read the baseline "${path}": it is not JSON`, { cause });
  }
  if (!isReport(content)) {
    throw new SyntaxError(
      `Cannot read the baseline "${path}": it must hold an adapter, a date and rows, as --save writes them`,
    );
  }
  return { path, adapter: content.adapter, date: content.date, rows: content.rows };
}

function isReport(content: unknown): content is Omit<Baseline, "path"> {
  if (typeof content !== "object" || content === null) return false;
  const { adapter, date, rows } = content as Record<string, unknown>;
  return typeof adapter === "string" && typeof date === "string" && Array.isArray(rows) &&
    rows.every((row) =>
      typeof row?.name === "string" && typeof row.size === "string" && isTime(row.wallMs) &&
      isTime(row.leastMs) && (row.gpuMs === null || isTime(row.gpuMs))
    );
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

/** Throws where a baseline is of another adapter, whose figures say nothing about this one. */
export function checkAdapter({ path, adapter }: Baseline, own: string): void {
  if (adapter === own) return;
  throw new Error(
    `Cannot compare with "${path}": it was measured on "${adapter}", this adapter is "${own}"`,
  );
}

/** The baseline's row of the same name and size, if it has one. */
export function rowIn(
  { rows }: Baseline,
  { name, size }: Pick<Result, "name" | "size">,
): Baseline["rows"][number] | null {
  return rows.find((row) => row.name === name && row.size === size) ?? null;
}

/**
 * Whether a row takes more than `factor` times its old time. The fastest samples are compared, which
 * others on the machine disturb least; wall time where only one of them has GPU time.
 */
export function regressionOf(
  before: Baseline["rows"][number],
  now: Result,
  factor: number,
): Regression | null {
  const alike = (before.gpuMs === null) === (now.gpuMs === null);
  const beforeMs = alike ? before.leastMs : before.wallMs;
  const nowMs = alike ? now.leastMs : now.wallMs;
  if (nowMs <= factor * beforeMs) return null;
  return { name: now.name, size: now.size, beforeMs, nowMs };
}

/** The regressions as a table. */
export function writeRegressions(regressions: readonly Regression[]): string {
  return formatTable(
    ["slower", "size", "before ms", "now ms", "times"],
    regressions.map(({ name, size, beforeMs, nowMs }) => [
      name,
      size,
      Number(beforeMs.toPrecision(3)),
      Number(nowMs.toPrecision(3)),
      Number((nowMs / beforeMs).toPrecision(3)),
    ]),
  );
}
