import type { Gpu } from "../../../../gpu/device.ts";
import { cumsum } from "../../../../gpu/ops/array/reduce/cumsum.ts";
import { sum } from "../../../../gpu/ops/array/reduce/sum.ts";
import { Tensor } from "../../../../gpu/tensor.ts";

interface Size {
  rows: number;
  channels: number;
}

function bench(name: string, op: (x: Tensor) => Tensor, sizes: Size[], arrays = 1) {
  return {
    name,
    sizes,
    tiny: { rows: 65, channels: sizes[0]!.channels },
    run(gpu: Gpu, { rows, channels }: Size): () => void {
      const x = Tensor.zeros(gpu, [rows, channels]);
      return () => {
        using _scope = gpu.scope();
        op(x);
      };
    },
    bytes: ({ rows, channels }: Size): number => 4 * arrays * rows * channels,
  };
}

const features: Size[] = [{ rows: 25600, channels: 128 }];

/** Sums over the last axis, the first one and all; running sums of a class's voxels. */
export const cases = [
  bench("sum_last", (x) => sum(x, 1), features),
  bench("sum_first", (x) => sum(x, 0), features),
  bench("sum_all", (x) => sum(x), features),
  bench("cumsum", (x) => cumsum(x, 0), [{ rows: 640000, channels: 1 }], 2),
];
