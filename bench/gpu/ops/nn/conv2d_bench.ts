import type { Gpu } from "../../../../gpu/device.ts";
import { conv2d } from "../../../../gpu/ops/nn/conv2d.ts";
import { backward, noGradient, variable } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { filled } from "../../../filled.ts";

interface Size {
  images: number;
  inputs: number;
  outputs: number;
  /** Of the result. */
  height: number;
  width: number;
  kernel: number;
  stride: number;
}

const flops = ({ images, inputs, outputs, height, width, kernel }: Size): number =>
  2 * images * outputs * height * width * inputs * kernel ** 2;
const tiny: Size = { images: 1, inputs: 3, outputs: 4, height: 5, width: 6, kernel: 3, stride: 2 };

function make(gpu: Gpu, { images, inputs, outputs, height, width, kernel, stride }: Size) {
  return {
    x: filled(gpu, [images, inputs, stride * height, stride * width]),
    weight: filled(gpu, [outputs, inputs, kernel, kernel]),
    options: { stride, padding: kernel >> 1 },
  };
}

/** Convolutions of ResNet-101 on six pictures of 1600x864, and of the stem. */
export const cases = [
  {
    name: "conv2d",
    sizes: [
      { images: 6, inputs: 256, outputs: 256, height: 54, width: 100, kernel: 3, stride: 1 },
      { images: 6, inputs: 1024, outputs: 256, height: 54, width: 100, kernel: 1, stride: 1 },
      { images: 6, inputs: 3, outputs: 64, height: 432, width: 800, kernel: 7, stride: 2 },
    ],
    small: [
      { images: 1, inputs: 64, outputs: 64, height: 54, width: 100, kernel: 3, stride: 1 },
      { images: 1, inputs: 256, outputs: 64, height: 54, width: 100, kernel: 1, stride: 1 },
      { images: 1, inputs: 3, outputs: 16, height: 108, width: 200, kernel: 7, stride: 2 },
    ],
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { x, weight, options } = make(gpu, size);
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => conv2d(x, weight, null, options));
      };
    },
    flops,
  },
  {
    name: "conv2d_forward_backward",
    sizes: [{ images: 6, inputs: 256, outputs: 256, height: 54, width: 100, kernel: 3, stride: 1 }],
    small: [{ images: 1, inputs: 64, outputs: 64, height: 54, width: 100, kernel: 3, stride: 1 }],
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const made = make(gpu, size);
      const [x, weight] = [variable(made.x), variable(made.weight)];
      const dy = Tensor.zeros(gpu, [size.images, size.outputs, size.height, size.width]);
      return () => {
        using _scope = gpu.scope();
        backward(conv2d(x, weight, null, made.options), dy);
        x.gradient = weight.gradient = null;
      };
    },
    flops: (size: Size): number => 3 * flops(size),
  },
];
