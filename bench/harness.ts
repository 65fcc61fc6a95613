import type { Gpu } from "../gpu/device.ts";
import { Tensor } from "../gpu/tensor.ts";

/** One thing to time, at several sizes; `run` sets up and returns what is timed. */
export interface BenchCase<Size = any> {
  readonly name: string;
  /** From small to large; a software adapter runs those that take it a moment. */
  readonly sizes: readonly Size[];
  run(gpu: Gpu, size: Size): () => void;
  /** Multiplications and additions of one run. */
  readonly flops?: (size: Size) => number;
  /** Bytes that one run must read and write at least. */
  readonly bytes?: (size: Size) => number;
}

/** What one case at one size took. */
export interface BenchRow {
  readonly name: string;
  readonly size: string;
  /** Median wall time of one run, submitted back to back with its like. */
  readonly milliseconds: number;
  /** Time on the GPU by timestamp queries around each kernel; null where there are none. */
  readonly gpuMilliseconds: number | null;
  /** First run, with the compilation of its kernels. */
  readonly firstMilliseconds: number;
  readonly gflops: number | null;
  readonly gigabytes: number | null;
}

/** Rows of one run of the benches, with what they were measured on. */
export interface BenchReport {
  readonly adapter: string;
  readonly software: boolean;
  readonly deno: string;
  readonly date: string;
  readonly rows: readonly BenchRow[];
}

// What a software adapter does in a few hundred milliseconds.
const SOFTWARE_FLOPS = 3e9;
const SOFTWARE_BYTES = 3e8;
// A sample is as many runs as take this long, so that waiting for the end does not show.
const SAMPLE_MILLISECONDS = 20;
const SAMPLES = 5;

/** Times the cases whose name contains `filter`, a row at a time. */
export async function* runBenches(
  gpu: Gpu,
  cases: readonly BenchCase[],
  filter = "",
): AsyncGenerator<BenchRow> {
  for (const bench of cases) {
    if (!bench.name.includes(filter)) continue;
    for (const size of sizesFor(gpu, bench)) yield await measure(gpu, bench, size);
  }
}

/** The sizes of a case that this adapter is asked to run; at least the first. */
export function sizesFor(gpu: Gpu, { sizes, flops, bytes }: BenchCase): readonly unknown[] {
  if (!gpu.name.software) return sizes;
  return sizes.filter((size, i) =>
    i === 0 || ((flops?.(size) ?? 0) <= SOFTWARE_FLOPS && (bytes?.(size) ?? 0) <= SOFTWARE_BYTES)
  );
}

async function measure(gpu: Gpu, bench: BenchCase, size: unknown): Promise<BenchRow> {
  using _scope = gpu.scope();
  const run = bench.run(gpu, size);
  // Reading it waits for all that was encoded before, far more exactly than `settle` does.
  const end = Tensor.zeros(gpu, [4]);
  const time = async (repeats: number) => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) run();
    await end.read();
    return performance.now() - start;
  };
  await end.read();
  const firstMilliseconds = await time(1);
  const once = await time(1);
  const repeats = Math.min(200, Math.max(1, Math.ceil(SAMPLE_MILLISECONDS / once)));
  const samples = [];
  for (let i = 0; i < SAMPLES; i++) samples.push(await time(repeats) / repeats);
  const milliseconds = median(samples);
  const gpuMilliseconds = gpu.has.timestamps ? await onGpu(gpu, run) : null;
  // Copies run outside kernels, where no timestamp sees them.
  const seconds = (gpuMilliseconds || milliseconds) / 1000;
  const rate = (amount: number | undefined) => amount === undefined ? null : amount / seconds / 1e9;
  return {
    name: bench.name,
    size: sizeText(size),
    milliseconds,
    gpuMilliseconds,
    firstMilliseconds,
    gflops: rate(bench.flops?.(size)),
    gigabytes: rate(bench.bytes?.(size)),
  };
}

async function onGpu(gpu: Gpu, run: () => void): Promise<number> {
  const samples = [];
  for (let i = 0; i < 3; i++) {
    const profiler = gpu.startProfile();
    try {
      run();
      const rows = await profiler.rows();
      samples.push(rows.reduce((sum, row) => sum + row.milliseconds, 0));
    } finally {
      profiler.stop();
    }
  }
  return median(samples);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

/** A size as text, `64x128` of `{ rows: 64, cols: 128 }` with the names kept. */
export function sizeText(size: unknown): string {
  if (typeof size !== "object" || size === null) return String(size);
  return Object.entries(size).map(([key, value]) =>
    `${key} ${Array.isArray(value) ? value.join("x") : value}`
  ).join(", ");
}
