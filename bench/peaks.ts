import type { Gpu } from "../gpu/device.ts";
import { Kernel } from "../gpu/kernel.ts";
import { Tensor } from "../gpu/tensor.ts";
import type { Row } from "./case.ts";
import { type Effort, measure } from "./harness.ts";
import source from "./peak_fma.wgsl" with { type: "text" };

const kernel = new Kernel("bench/peak_fma.wgsl", source);

// Short samples find a moment when nobody else uses the machine.
const SHORT: Effort = { sampleMs: 8, budgetMs: 500 };
const LONG_ENOUGH_MS = 6;

/** What the adapter reaches with nothing in its way; other figures are given as fractions of it. */
export interface Peaks {
  /** 10^9 operations a second in fused multiply-adds from registers. */
  readonly gflops: number;
  /** 10^9 bytes a second, read and written, of a buffer copied to another. */
  readonly gigabytes: number;
}

/** Measures both peaks of an adapter. */
export async function measurePeaks(gpu: Gpu): Promise<Peaks> {
  return { gflops: await measureFma(gpu), gigabytes: await measureCopy(gpu) };
}

async function measureFma(gpu: Gpu): Promise<number> {
  // A million threads fill the largest GPU; a processor is full with a few hundred.
  const threads = gpu.name.software ? 1 << 12 : 1 << 20;
  const row = (iterations: number): Row => ({
    name: "fma",
    size: "",
    // Two chains of sixteen steps of four lanes, two operations each.
    flops: threads * iterations * 2 * 16 * 4 * 2,
    bytes: null,
    start: (gpu) => {
      const y = Tensor.empty(gpu, [threads]);
      return () => kernel.dispatch(gpu, { y }, { iterations, a: 0.999, b: 0.001 }, { threads });
    },
  });
  const first = await measure(gpu, row(16), SHORT);
  // Long enough that starting and ending do not count.
  const iterations = Math.min(
    1 << 16,
    Math.max(16, Math.ceil(16 * LONG_ENOUGH_MS / first.leastMs)),
  );
  const { leastMs } = await measure(gpu, row(iterations), SHORT);
  return row(iterations).flops! / leastMs / 1e6;
}

async function measureCopy(gpu: Gpu): Promise<number> {
  // Larger than any cache: 64 MiB on a processor, 256 MiB on a GPU.
  const values = gpu.name.software ? 1 << 24 : 1 << 26;
  const { leastMs } = await measure(gpu, {
    name: "copy",
    size: "",
    flops: null,
    bytes: null,
    start: (gpu) => {
      const from = Tensor.zeros(gpu, [values], "u32");
      const to = Tensor.zeros(gpu, [values], "u32");
      return () => gpu.commands.copy(from, to);
    },
  }, SHORT);
  return 8 * values / leastMs / 1e6;
}
