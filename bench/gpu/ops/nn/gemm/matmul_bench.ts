import type { Gpu } from "../../../../../gpu/device.ts";
import { matmul } from "../../../../../gpu/ops/nn/gemm/matmul.ts";
import { filled } from "../../../../filled.ts";
import { forwardOnly } from "../training.ts";

interface Size {
  rows: number;
  cols: number;
  depth: number;
}

const cube = (side: number): Size => ({ rows: side, cols: side, depth: side });
const flops = ({ rows, cols, depth }: Size): number => 2 * rows * cols * depth;

const tiny: Size = { rows: 5, cols: 7, depth: 3 };

/** Cubes, products as large as those in three layers of conv2d_bench.ts, and what a weight's gradient looks like: few rows and columns, summed over many rows. */
export const cases = [
  {
    name: "matmul",
    sizes: [
      cube(256),
      cube(512),
      cube(1024),
      cube(2048),
      cube(4096),
      { rows: 64, cols: 54 * 100, depth: 64 * 9 },
      { rows: 256, cols: 27 * 50, depth: 256 * 9 },
      { rows: 256, cols: 6 * 54 * 100, depth: 256 * 9 },
    ],
    tiny,
    run(gpu: Gpu, { rows, cols, depth }: Size): () => void {
      const a = filled(gpu, [rows, depth]);
      const b = filled(gpu, [depth, cols]);
      return forwardOnly(gpu, () => matmul(a, b));
    },
    flops,
  },
  {
    name: "matmul_transposed",
    sizes: [
      cube(512),
      { rows: 128, cols: 128, depth: 25600 },
      { rows: 128, cols: 128, depth: 144000 },
    ],
    tiny,
    run(gpu: Gpu, { rows, cols, depth }: Size): () => void {
      const a = filled(gpu, [depth, rows]);
      const b = filled(gpu, [depth, cols]);
      return forwardOnly(gpu, () => matmul(a, b, { transposeA: true }));
    },
    flops,
  },
];
