import type { Gpu } from "../../../../gpu/device.ts";
import { matmul } from "../../../../gpu/ops/nn/matmul.ts";
import { backward, noGradient, variable } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { filled } from "../../../filled.ts";

interface Size {
  rows: number;
  cols: number;
  depth: number;
}

const cube = (edge: number): Size => ({ rows: edge, cols: edge, depth: edge });
const flops = ({ rows, cols, depth }: Size): number => 2 * rows * cols * depth;
const tiny: Size = { rows: 5, cols: 7, depth: 3 };

/** Square products, the layers over 25 600 Gaussians, and the products inside the convolutions. */
export const cases = [
  {
    name: "matmul",
    sizes: [
      cube(1024),
      cube(4096),
      { rows: 25600, cols: 128, depth: 128 },
      { rows: 25600, cols: 512, depth: 128 },
      { rows: 25600, cols: 128, depth: 512 },
      // As many operations as the first conv2d of conv2d_bench.ts, in the same order.
      { rows: 256, cols: 6 * 54 * 100, depth: 256 * 9 },
    ],
    small: [
      cube(512),
      cube(1024),
      { rows: 25600, cols: 128, depth: 128 },
      { rows: 64, cols: 54 * 100, depth: 64 * 9 },
    ],
    tiny,
    run(gpu: Gpu, { rows, cols, depth }: Size): () => void {
      const [a, b] = [filled(gpu, [rows, depth]), filled(gpu, [depth, cols])];
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => matmul(a, b));
      };
    },
    flops,
  },
  {
    name: "matmul_forward_backward",
    sizes: [cube(4096), { rows: 25600, cols: 512, depth: 128 }],
    small: [cube(512), { rows: 25600, cols: 128, depth: 128 }],
    tiny,
    run(gpu: Gpu, { rows, cols, depth }: Size): () => void {
      const a = variable(filled(gpu, [rows, depth]));
      const b = variable(filled(gpu, [depth, cols]));
      const dy = Tensor.zeros(gpu, [rows, cols]);
      return () => {
        using _scope = gpu.scope();
        backward(matmul(a, b), dy);
        a.gradient = b.gradient = null;
      };
    },
    flops: (size: Size): number => 3 * flops(size),
  },
];
