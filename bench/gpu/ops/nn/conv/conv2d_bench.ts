import type { Gpu } from "../../../../../gpu/device.ts";
import { conv2d } from "../../../../../gpu/ops/nn/conv/conv2d.ts";
import { filled } from "../../../../filled.ts";
import { forwardBackward, forwardOnly } from "../training.ts";

interface Size {
  x: [images: number, channels: number, height: number, width: number];
  outputs: number;
  kernel: number;
  stride: number;
}

/** Layers of a ResNet over 864x1600 images: first small, then one camera, then six. */
const sizes: Size[] = [
  { x: [1, 64, 54, 100], outputs: 64, kernel: 3, stride: 1 },
  { x: [1, 256, 27, 50], outputs: 256, kernel: 3, stride: 1 },
  { x: [1, 256, 54, 100], outputs: 256, kernel: 1, stride: 1 },
  { x: [1, 64, 216, 400], outputs: 64, kernel: 1, stride: 1 },
  { x: [1, 256, 108, 200], outputs: 128, kernel: 1, stride: 2 },
  { x: [1, 3, 216, 400], outputs: 64, kernel: 7, stride: 2 },
  { x: [6, 3, 864, 1600], outputs: 64, kernel: 7, stride: 2 },
  { x: [6, 64, 216, 400], outputs: 64, kernel: 3, stride: 1 },
  { x: [6, 64, 216, 400], outputs: 256, kernel: 1, stride: 1 },
  { x: [6, 128, 108, 200], outputs: 128, kernel: 3, stride: 1 },
  { x: [6, 256, 54, 100], outputs: 256, kernel: 3, stride: 1 },
  { x: [6, 512, 27, 50], outputs: 512, kernel: 3, stride: 1 },
];
const tiny: Size = { x: [1, 3, 9, 6], outputs: 4, kernel: 3, stride: 2 };

const extents = ({ x: [, , height, width], kernel, stride }: Size) =>
  [height, width].map((extent) =>
    Math.floor((extent + 2 * (kernel >> 1) - kernel) / stride) + 1
  ) as [number, number];

function flops(size: Size): number {
  const [height, width] = extents(size);
  const { x: [images, channels], outputs, kernel } = size;
  return 2 * images * height * width * outputs * channels * kernel ** 2;
}

function setUp(gpu: Gpu, { x, outputs, kernel, stride }: Size) {
  return {
    x: filled(gpu, x),
    weight: filled(gpu, [outputs, x[1], kernel, kernel]),
    options: { stride, padding: kernel >> 1 },
  };
}

/** A convolution, forward alone, and with the gradients of image and weight. */
export const cases = [
  {
    name: "conv2d",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { x, weight, options } = setUp(gpu, size);
      return forwardOnly(gpu, () => conv2d(x, weight, null, options));
    },
    flops,
  },
  {
    name: "conv2d_forward_backward",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { x, weight, options } = setUp(gpu, size);
      return forwardBackward(gpu, [x, weight], () => conv2d(x, weight, null, options));
    },
    flops: (size: Size): number => 3 * flops(size),
  },
];
