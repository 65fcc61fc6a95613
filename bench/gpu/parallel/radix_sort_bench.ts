import type { Gpu } from "../../../gpu/device.ts";
import { radixSort } from "../../../gpu/parallel/radix_sort.ts";
import { Tensor } from "../../../gpu/tensor.ts";

interface Size {
  pairs: number;
  segments: number;
  bits: number;
}

/** Sorts of splats and rows of voxels, and the Lovász loss's: sixteen classes of 640 000 voxels. */
export const cases = [{
  name: "radix_sort",
  sizes: [
    { pairs: 25600, segments: 1, bits: 15 },
    { pairs: 2 ** 20, segments: 1, bits: 32 },
    { pairs: 16 * 640000, segments: 16, bits: 32 },
  ],
  small: [
    { pairs: 25600, segments: 1, bits: 15 },
    { pairs: 2 ** 20, segments: 1, bits: 32 },
  ],
  tiny: { pairs: 40, segments: 2, bits: 9 },
  run(gpu: Gpu, { pairs, segments, bits }: Size): () => void {
    const random = Uint32Array.from(
      { length: pairs },
      (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> (32 - bits),
    );
    const keys = Tensor.from(gpu, random);
    const values = Tensor.zeros(gpu, [pairs], "u32");
    return () => {
      using _scope = gpu.scope();
      radixSort(keys, values, { bits, segments });
    };
  },
  // In each pass keys are counted, and pairs read and written.
  bytes: ({ pairs, bits }: Size): number => 20 * pairs * Math.ceil(bits / 8),
}];
