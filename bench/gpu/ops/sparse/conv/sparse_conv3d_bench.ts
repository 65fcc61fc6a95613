import type { Gpu } from "../../../../../gpu/device.ts";
import { sparseConv3d } from "../../../../../gpu/ops/sparse/conv/sparse_conv3d.ts";
import { sparseRules } from "../../../../../gpu/ops/sparse/rules/sparse_rules.ts";
import { backward, noGradient, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  cellsOf,
  GRID,
  pairsOf,
  PLANES,
  type Planes,
  rowsOf,
  SMALL_PLANES,
  TINY_PLANE,
} from "./planes.ts";

function setUp(gpu: Gpu, size: Planes) {
  const { channels } = size;
  const rows = rowsOf(size);
  return {
    rules: sparseRules(cellsOf(gpu, size), GRID),
    x: variable(Tensor.zeros(gpu, [rows, channels])),
    weight: variable(Tensor.zeros(gpu, [channels, 5, 5, 5, channels])),
    dy: Tensor.zeros(gpu, [rows, channels]),
  };
}

const flops = (size: Planes): number => 2 * pairsOf(size) * size.channels ** 2;

/** A convolution with 5^3 taps, forward alone and with the gradients of features and weight. */
export const cases = [
  {
    name: "sparse_conv3d",
    sizes: PLANES,
    small: SMALL_PLANES,
    tiny: TINY_PLANE,
    run(gpu: Gpu, size: Planes): () => void {
      const { x, rules, weight } = setUp(gpu, size);
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => sparseConv3d(x, rules, weight));
      };
    },
    flops,
  },
  {
    name: "sparse_conv3d_forward_backward",
    sizes: PLANES,
    small: SMALL_PLANES,
    tiny: TINY_PLANE,
    run(gpu: Gpu, size: Planes): () => void {
      const { x, rules, weight, dy } = setUp(gpu, size);
      return () => {
        using _scope = gpu.scope();
        backward(sparseConv3d(x, rules, weight), dy);
        x.gradient = weight.gradient = null;
      };
    },
    flops: (size: Planes): number => 3 * flops(size),
  },
];
