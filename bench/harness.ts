import process from "node:process";
import type { Gpu } from "../gpu/device.ts";
import { Tensor } from "../gpu/tensor.ts";
import type { Row, Work } from "./case.ts";

/** GPU time of one kernel within one run. */
export interface KernelTime {
  readonly kernel: string;
  readonly calls: number;
  readonly milliseconds: number;
}

/** What one run of a row takes. */
export interface Timing {
  /** Median over samples, host and GPU together. */
  readonly wallMs: number;
  /** Median of the summed times of its kernels; null without timestamps or without kernels. */
  readonly gpuMs: number | null;
  /** The fastest sample's time, on the GPU where that is known: what is left without disturbance. */
  readonly leastMs: number;
  /** The least that a sample took of all processors together, as what else runs hardly changes it. */
  readonly processorMs?: number;
  readonly samples: number;
  /** Most bytes of GPU memory in tensors at once, inputs among them. */
  readonly peakBytes: number;
  readonly kernels: readonly KernelTime[];
}

/** How long to measure. */
export interface Effort {
  /** Milliseconds of work that one sample should hold, so that its end costs little beside it. */
  readonly sampleMs: number;
  /** Samples are taken until this time is spent, three at least and fifteen at most. */
  readonly budgetMs: number;
}

const EFFORT: Effort = { sampleMs: 25, budgetMs: 700 };
const LEAST_SAMPLES = 3;
const MOST_SAMPLES = 15;
// A single run this long speaks for itself.
const LONG_MS = 4000;
// Runs in flight hold their tensors; more would only wait.
const MOST_RUNS = 256;

/** Warms a row up, times it and gives its memory back. */
export async function measure(gpu: Gpu, row: Row, effort: Effort = EFFORT): Promise<Timing> {
  return await inOwnMemory(gpu, async () => {
    const { memory } = gpu.pool;
    const before = memory.inUse;
    const work = row.start(gpu);
    // What only making the inputs took does not count.
    memory.peak = memory.inUse;
    try {
      const timing = await timeWork(gpu, work, effort);
      return { ...timing, peakBytes: memory.peak - before };
    } finally {
      work[Symbol.dispose]?.();
    }
  });
}

/** Runs `body` in a scope of its own and destroys the buffers that it leaves in the pool. */
export async function inOwnMemory<T>(gpu: Gpu, body: () => Promise<T>): Promise<T> {
  try {
    using _scope = gpu.scope();
    return await body();
  } finally {
    await gpu.settle();
    gpu.pool.trim();
  }
}

async function timeWork(
  gpu: Gpu,
  work: Work,
  effort: Effort,
): Promise<Omit<Timing, "peakBytes">> {
  const probe = Tensor.zeros(gpu, [1]);
  let processorMs = Infinity;
  const sample = async (runs: number) => {
    const start = performance.now();
    const used = process.cpuUsage();
    for (let i = 0; i < runs; i++) await work();
    // Reading one value back waits for all before it, without the 10 ms of a device-wide wait.
    await probe.read();
    const { user, system } = process.cpuUsage(used);
    processorMs = Math.min(processorMs, (user + system) / 1000 / runs);
    return (performance.now() - start) / runs;
  };
  await sample(1); // compiles the kernels and fills the pool
  const once = await sample(1);
  const runs = Math.min(MOST_RUNS, Math.max(1, Math.ceil(effort.sampleMs / once)));
  const walls = await repeat(() => sample(runs), once, effort.budgetMs);

  if (!gpu.has.timestamps) {
    const wallMs = median(walls);
    return {
      wallMs,
      gpuMs: null,
      leastMs: Math.min(...walls),
      processorMs,
      samples: walls.length,
      kernels: [],
    };
  }
  const profiles = await repeat(() => profile(gpu, work, runs), once, effort.budgetMs / 2);
  const sums = profiles.map((kernels) => kernels.reduce((sum, k) => sum + k.milliseconds, 0));
  const gpuMs = median(sums);
  return {
    wallMs: median(walls),
    gpuMs: gpuMs > 0 ? gpuMs : null,
    leastMs: Math.min(...(gpuMs > 0 ? sums : walls)),
    processorMs,
    samples: walls.length,
    kernels: profiles[sums.indexOf(gpuMs)] ?? [],
  };
}

async function repeat<T>(body: () => Promise<T>, onceMs: number, budgetMs: number): Promise<T[]> {
  const results: T[] = [];
  const end = performance.now() + budgetMs;
  const least = onceMs > LONG_MS ? 1 : LEAST_SAMPLES;
  while (results.length < least || (results.length < MOST_SAMPLES && performance.now() < end)) {
    results.push(await body());
  }
  return results;
}

/** Each kernel's time within one run, the mean over `runs` of them. */
async function profile(gpu: Gpu, work: Work, runs: number): Promise<KernelTime[]> {
  const profiler = gpu.startProfile();
  try {
    for (let i = 0; i < runs; i++) await work();
    const rows = await profiler.rows();
    return rows.map(({ kernel, calls, milliseconds }) => ({
      kernel,
      calls: calls / runs,
      milliseconds: milliseconds / runs,
    }));
  } finally {
    profiler.stop();
  }
}

/** The middle one of the values, the lower of two, so that it is one of them. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;
}
