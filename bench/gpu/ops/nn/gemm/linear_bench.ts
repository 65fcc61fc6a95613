import type { Gpu } from "../../../../../gpu/device.ts";
import { linear } from "../../../../../gpu/ops/nn/gemm/linear.ts";
import { filled } from "../../../../filled.ts";
import { forwardBackward, forwardOnly } from "../training.ts";

interface Size {
  rows: number;
  inputs: number;
  outputs: number;
}

/** Layers of the encoder: 6400, 25 600 and 144 000 Gaussians. */
const sizes: Size[] = [
  { rows: 6400, inputs: 128, outputs: 128 },
  { rows: 12800, inputs: 128, outputs: 512 },
  { rows: 25600, inputs: 128, outputs: 28 },
  { rows: 25600, inputs: 3, outputs: 128 },
  { rows: 25600, inputs: 128, outputs: 128 },
  { rows: 25600, inputs: 128, outputs: 512 },
  { rows: 144000, inputs: 256, outputs: 512 },
];
const tiny: Size = { rows: 5, inputs: 3, outputs: 7 };

const flops = ({ rows, inputs, outputs }: Size): number => 2 * rows * inputs * outputs;
const bytes = ({ rows, inputs, outputs }: Size): number =>
  4 * (rows * (inputs + outputs) + inputs * outputs);

function setUp(gpu: Gpu, { rows, inputs, outputs }: Size) {
  return [
    filled(gpu, [rows, inputs]),
    filled(gpu, [outputs, inputs]),
    filled(gpu, [outputs]),
  ] as const;
}

/** A linear layer with relu, forward alone and with all its gradients. */
export const cases = [
  {
    name: "linear",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const [x, weight, bias] = setUp(gpu, size);
      return forwardOnly(gpu, () => linear(x, weight, bias, { activation: "relu" }));
    },
    flops,
    bytes,
  },
  {
    name: "linear_forward_backward",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const inputs = setUp(gpu, size);
      return forwardBackward(gpu, inputs, () => linear(...inputs, { activation: "relu" }));
    },
    flops: (size: Size): number => 3 * flops(size),
  },
];
