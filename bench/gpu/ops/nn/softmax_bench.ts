import type { Gpu } from "../../../../gpu/device.ts";
import { maskedSoftmax, softmax } from "../../../../gpu/ops/nn/softmax.ts";
import { Tensor } from "../../../../gpu/tensor.ts";

interface Size {
  rows: number;
  length: number;
}

function bench(name: string, size: Size, arrays: number, op: (x: Tensor) => Tensor) {
  const { rows, length } = size;
  return {
    name,
    sizes: [size],
    small: [{ rows: rows / 10, length }],
    tiny: { rows: 5, length },
    run(gpu: Gpu, { rows, length }: Size): () => void {
      const x = Tensor.zeros(gpu, [rows, length]);
      return () => {
        using _scope = gpu.scope();
        op(x);
      };
    },
    bytes: ({ rows, length }: Size): number => 4 * arrays * rows * length,
  };
}

/** Class probabilities of all voxels, and attention over 13 points, 6 cameras and 4 levels. */
export const cases = [
  bench("softmax", { rows: 640000, length: 18 }, 2, softmax),
  bench("masked_softmax", { rows: 25600, length: 312 }, 3, (x) => maskedSoftmax(x, x)),
];
