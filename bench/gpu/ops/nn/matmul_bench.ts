import type { Gpu } from "../../../../gpu/device.ts";
import { matmul } from "../../../../gpu/ops/nn/matmul.ts";
import { forwardOnly, varied } from "./training.ts";

interface Size {
  rows: number;
  cols: number;
  depth: number;
}

const cube = (side: number): Size => ({ rows: side, cols: side, depth: side });
const flops = ({ rows, cols, depth }: Size): number => 2 * rows * cols * depth;

/** Cubes, and what a weight's gradient looks like: few rows and columns, summed over many rows. */
export const cases = [
  {
    name: "matmul",
    sizes: [cube(256), cube(512), cube(1024), cube(2048), cube(4096)],
    run(gpu: Gpu, { rows, cols, depth }: Size): () => void {
      const a = varied(gpu, [rows, depth]);
      const b = varied(gpu, [depth, cols]);
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
    run(gpu: Gpu, { rows, cols, depth }: Size): () => void {
      const a = varied(gpu, [depth, rows]);
      const b = varied(gpu, [depth, cols]);
      return forwardOnly(gpu, () => matmul(a, b, { transposeA: true }));
    },
    flops,
  },
];
