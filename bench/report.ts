import type { BenchReport, BenchRow } from "./harness.ts";

/** A row that got slower, or a case that is gone. */
export interface Regression {
  readonly name: string;
  readonly size: string;
  readonly before: number;
  /** Milliseconds now; null where the row is missing. */
  readonly now: number | null;
}

/** Rows that take more than `factor` times what they took in the baseline. */
export function regressions(
  report: BenchReport,
  baseline: BenchReport,
  factor: number,
): Regression[] {
  if (report.adapter !== baseline.adapter) {
    throw new Error(
      `Cannot compare: the baseline is of "${baseline.adapter}", this run of "${report.adapter}"`,
    );
  }
  const now = new Map(report.rows.map((row) => [`${row.name} ${row.size}`, timeOf(row)]));
  return baseline.rows.flatMap((row) => {
    const time = now.get(`${row.name} ${row.size}`) ?? null;
    const before = timeOf(row);
    return time !== null && time <= factor * before
      ? []
      : [{ name: row.name, size: row.size, before, now: time }];
  });
}

/** Time that counts: the GPU's where it is known, wall time elsewhere. */
export function timeOf({ gpuMilliseconds, milliseconds }: BenchRow): number {
  return gpuMilliseconds || milliseconds;
}

/** Greatest rates among the reference rows, which the others are held against. */
export interface Peak {
  readonly gflops: number;
  readonly gigabytes: number;
}

/** A row as a line of text, with its share of the adapter's peak. */
export function rowText(row: BenchRow, peak: Peak): string {
  const share = (rate: number, most: number) =>
    most > 0 ? ` (${Math.round(100 * rate / most)} %)` : "";
  return [
    row.name.padEnd(32),
    row.size.padEnd(52),
    `${timeOf(row).toFixed(3)} ms`.padStart(14),
    row.gflops === null ? "" : `${row.gflops.toFixed(1)} GFLOP/s${share(row.gflops, peak.gflops)}`,
    row.gigabytes === null
      ? ""
      : `${row.gigabytes.toFixed(2)} GB/s${share(row.gigabytes, peak.gigabytes)}`,
    `first ${row.firstMilliseconds.toFixed(0)} ms`,
  ].filter(Boolean).join("  ");
}
