import { type Gpu, Kernel, Tensor } from "../../gpu/mod.ts";
import source from "./vector_add.wgsl" with { type: "text" };

const kernel = new Kernel("cli/commands/vector_add.wgsl", source);

/** What came of adding two vectors on the GPU. */
export interface VectorAdd {
  readonly size: number;
  /** How many of the sums are not what the processor gets; 0 on a sound device. */
  readonly wrong: number;
  readonly milliseconds: number;
  /** Bytes read and written over the time of one run. */
  readonly gigabytesPerSecond: number;
}

/** Adds two vectors, compares every sum with the processor's, and takes the time of one run. */
export async function addVectors(gpu: Gpu, { size = 1 << 20, runs = 5 } = {}): Promise<VectorAdd> {
  using _scope = gpu.scope();
  // Whole numbers below 2^24, whose sums are exact in f32.
  const left = Float32Array.from({ length: size }, (_, i) => i % 9973);
  const right = Float32Array.from({ length: size }, (_, i) => (3 * i) % 8191);
  const a = Tensor.from(gpu, left);
  const b = Tensor.from(gpu, right);
  const y = Tensor.zeros(gpu, [size]);
  const run = () => kernel.dispatch(gpu, { a, b, y }, { size }, { threads: size });
  run(); // compiles
  const sums = await y.read("f32");
  let wrong = 0;
  for (let i = 0; i < size; i++) if (sums[i] !== left[i]! + right[i]!) wrong++;

  const milliseconds = await timeOf(gpu, run, runs);
  return { size, wrong, milliseconds, gigabytesPerSecond: 12 * size / milliseconds / 1e6 };
}

/** Milliseconds of one run: GPU time where the device tells it, else wall time. */
async function timeOf(gpu: Gpu, run: () => void, runs: number): Promise<number> {
  if (gpu.has.timestamps) {
    const profiler = gpu.startProfile();
    try {
      for (let i = 0; i < runs; i++) run();
      const row = (await profiler.rows()).find(({ kernel: name }) => name === kernel.name);
      if (row && row.milliseconds > 0) return row.milliseconds / row.calls;
    } finally {
      profiler.stop();
    }
  }
  await gpu.settle();
  const start = performance.now();
  for (let i = 0; i < runs; i++) run();
  await gpu.settle();
  return (performance.now() - start) / runs;
}
