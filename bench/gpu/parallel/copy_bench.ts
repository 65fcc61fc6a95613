import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";

interface Size {
  values: number;
}

/** What a plain copy reaches, to hold the other figures against. */
export const cases = [{
  name: "copy",
  sizes: [{ values: 2 ** 20 }, { values: 2 ** 24 }],
  tiny: { values: 5 },
  run(gpu: Gpu, { values }: Size): () => void {
    const from = Tensor.zeros(gpu, [values], "u32");
    const to = Tensor.empty(gpu, [values], "u32");
    return () => gpu.commands.copy(from, to);
  },
  bytes: ({ values }: Size): number => 8 * values,
}];
