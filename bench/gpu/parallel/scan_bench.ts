import type { Gpu } from "../../../gpu/device.ts";
import { compact } from "../../../gpu/parallel/compact.ts";
import { exclusiveScan } from "../../../gpu/parallel/scan.ts";
import { Tensor } from "../../../gpu/tensor.ts";

interface Size {
  values: number;
}

const sizes: Size[] = [{ values: 2 ** 20 }, { values: 2 ** 24 }];
const tiny: Size = { values: 300 };

function flags(gpu: Gpu, values: number): Tensor {
  return Tensor.from(gpu, Uint32Array.from({ length: values }, (_, i) => i * 7 % 3));
}

/** Prefix sums and compaction; bytes are those of the values alone, read once and written once. */
export const cases = [
  {
    name: "exclusive_scan",
    sizes,
    tiny,
    run(gpu: Gpu, { values }: Size): () => void {
      const x = flags(gpu, values);
      return () => {
        using _scope = gpu.scope();
        exclusiveScan(x);
      };
    },
    bytes: ({ values }: Size): number => 8 * values,
  },
  {
    name: "compact",
    sizes,
    tiny,
    run(gpu: Gpu, { values }: Size): () => void {
      const x = flags(gpu, values);
      return () => {
        using _scope = gpu.scope();
        compact(x);
      };
    },
    bytes: ({ values }: Size): number => 8 * values,
  },
];
