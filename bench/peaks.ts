import type { Gpu } from "../gpu/device.ts";
import { Kernel } from "../gpu/kernel.ts";
import { Tensor } from "../gpu/tensor.ts";
import type { Row } from "./case.ts";
import { inOwnMemory, measure } from "./harness.ts";
import source from "./peak_fma.wgsl" with { type: "text" };

const kernel = new Kernel("bench/peak_fma.wgsl", source);

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
    flops: null,
    bytes: null,
    start: (gpu) => {
      const y = Tensor.empty(gpu, [threads]);
      return () => kernel.dispatch(gpu, { y }, { iterations, a: 0.999, b: 0.001 }, { threads });
    },
  });
  // Eight chains of eight steps of four lanes, two operations each.
  const rate = async (iterations: number) => {
    const { wallMs, gpuMs } = await measure(gpu, row(iterations), { sampleMs: 20, budgetMs: 300 });
    const ms = gpuMs ?? wallMs;
    return { ms, gflops: threads * iterations * 8 * 8 * 4 * 2 / ms / 1e6 };
  };
  const first = await rate(16);
  // Long enough that starting and ending do not count.
  const iterations = Math.min(1 << 16, Math.max(16, Math.ceil(16 * 20 / first.ms)));
  return Math.max(first.gflops, (await rate(iterations)).gflops);
}

async function measureCopy(gpu: Gpu): Promise<number> {
  // Larger than any cache: 64 MiB on a processor, 256 MiB on a GPU.
  const values = gpu.name.software ? 1 << 24 : 1 << 26;
  const wallMs = await inOwnMemory(gpu, async () => {
    const timing = await measure(gpu, {
      name: "copy",
      size: "",
      flops: null,
      bytes: null,
      start: (gpu) => {
        const from = Tensor.zeros(gpu, [values], "u32");
        const to = Tensor.zeros(gpu, [values], "u32");
        return () => gpu.commands.copy(from, to);
      },
    });
    return timing.wallMs;
  });
  return 8 * values / wallMs / 1e6;
}
