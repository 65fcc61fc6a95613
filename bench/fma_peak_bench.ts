import type { Gpu } from "../gpu/device.ts";
import { Kernel } from "../gpu/kernel.ts";
import { Tensor } from "../gpu/tensor.ts";
import source from "./fma_peak.wgsl" with { type: "text" };

const kernel = new Kernel("bench/fma_peak.wgsl", source);

interface Size {
  threads: number;
  turns: number;
}

/** What arithmetic alone reaches, to hold the other figures against. */
export const cases = [{
  name: "fma_peak",
  sizes: [{ threads: 4096, turns: 512 }, { threads: 2 ** 20, turns: 1024 }],
  run(gpu: Gpu, { threads, turns }: Size): () => void {
    const y = Tensor.empty(gpu, [threads]);
    return () => kernel.dispatch(gpu, { y }, { turns }, { threads });
  },
  flops: ({ threads, turns }: Size): number => 2 * 128 * threads * turns,
}];
