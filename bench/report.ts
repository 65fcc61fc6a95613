import { formatColumns, formatTable } from "../cli/terminal/table.ts";
import type { Row } from "./case.ts";
import type { KernelTime, Timing } from "./harness.ts";
import type { HostCost } from "./host.ts";
import type { Peaks } from "./peaks.ts";

/** One row as measured; what saved baselines hold. */
export interface Result {
  readonly name: string;
  readonly size: string;
  readonly wallMs: number;
  readonly gpuMs: number | null;
  /** Of the fastest sample: GPU time where there is one. */
  readonly leastMs: number;
  /** Of all processors, least of the samples; absent in older baselines. */
  readonly processorMs?: number | undefined;
  readonly samples: number;
  readonly gflops: number | null;
  /** Fraction of the measured peak of fused multiply-adds. */
  readonly ofPeak: number | null;
  readonly gigabytes: number | null;
  /** Fraction of the measured bandwidth of a copy. */
  readonly ofCopy: number | null;
  /** Most bytes of GPU memory in tensors at once. */
  readonly peakBytes?: number;
  readonly kernels?: readonly KernelTime[];
}

/** All that one run of the bench measured. */
export interface Report {
  readonly adapter: string;
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
  readonly deno: string;
  readonly sizes: "full" | "small";
  readonly peaks: Peaks;
  readonly host: HostCost | null;
  readonly rows: readonly Result[];
}

/** A row's figures: rates are of its GPU time, where that is known. */
export function resultOf(
  { name, size, flops, bytes }: Row,
  { wallMs, gpuMs, leastMs, processorMs, samples, peakBytes, kernels }: Timing,
  peaks: Peaks,
): Result {
  const ms = gpuMs ?? wallMs;
  const gflops = flops === null ? null : flops / ms / 1e6;
  const gigabytes = bytes === null ? null : bytes / ms / 1e6;
  return {
    name,
    size,
    wallMs,
    gpuMs,
    leastMs,
    processorMs,
    samples,
    gflops,
    ofPeak: gflops === null ? null : gflops / peaks.gflops,
    gigabytes,
    ofCopy: gigabytes === null ? null : gigabytes / peaks.gigabytes,
    peakBytes,
    kernels,
  };
}

/** The report as people read it; `profile` adds each row's kernels. */
export function writeReport(report: Report, { profile = false } = {}): string {
  const { adapter, date, version, deno, sizes, peaks, host, rows } = report;
  const head: string[][] = [
    ["adapter", adapter],
    ["date", `${date.slice(0, 10)}, voxsplat ${version}, Deno ${deno}, ${sizes} sizes`],
    ["fma peak", `${three(peaks.gflops)} GFLOP/s`],
    ["copy", `${three(peaks.gigabytes)} GB/s, read and written`],
  ];
  if (host) {
    head.push([
      "host",
      `${three(host.microseconds)} µs a dispatch, in a training step of ${host.dispatches}; ` +
      `${three(host.submitMicroseconds)} µs more in submits`,
    ]);
  }
  const table = formatTable(
    [
      "bench",
      "size",
      "least ms",
      "GPU ms",
      "wall ms",
      "CPU ms",
      "GFLOP/s",
      "% of fma",
      "GB/s",
      "% of copy",
      "peak MiB",
    ],
    rows.map((row) => [
      // Operators go by their own name, stages of a pass by both.
      row.name.replace(/^(gpu|loss)\/(.*\/)?/, ""),
      row.size,
      rounded(row.leastMs),
      rounded(row.gpuMs),
      rounded(row.wallMs),
      rounded(row.processorMs ?? null),
      rounded(row.gflops),
      rounded(row.ofPeak, 100),
      rounded(row.gigabytes),
      rounded(row.ofCopy, 100),
      rounded(row.peakBytes === undefined ? null : row.peakBytes / 2 ** 20),
    ]),
  );
  const parts = [formatColumns(head), table];
  if (profile) parts.push(...rows.map(writeKernels).filter((text) => text !== ""));
  return parts.join("\n\n");
}

function writeKernels({ name, size, kernels = [] }: Result): string {
  if (kernels.length === 0) return "";
  const rows = kernels.map(({ kernel, calls, milliseconds }) => [
    kernel,
    rounded(calls),
    rounded(milliseconds),
  ]);
  return `${name}, ${size}\n${formatTable(["kernel", "calls", "GPU ms"], rows)}`;
}

function rounded(value: number | null, factor = 1): number | null {
  return value === null ? null : Number((factor * value).toPrecision(3));
}

function three(value: number): string {
  return String(Number(value.toPrecision(3)));
}
