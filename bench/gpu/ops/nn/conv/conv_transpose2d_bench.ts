import type { Gpu } from "../../../../../gpu/device.ts";
import { convTranspose2d } from "../../../../../gpu/ops/nn/conv/conv_transpose2d.ts";
import { filled } from "../../../../filled.ts";
import { forwardOnly } from "../training.ts";

interface Size {
  x: [images: number, channels: number, height: number, width: number];
  outputs: number;
  kernel: number;
}

/** Upsampling branches of the second pyramid. */
export const cases = [{
  name: "conv_transpose2d",
  sizes: [
    { x: [1, 128, 27, 50], outputs: 128, kernel: 2 },
    { x: [6, 1024, 54, 100], outputs: 128, kernel: 2 },
    { x: [6, 2048, 27, 50], outputs: 128, kernel: 4 },
  ] as Size[],
  tiny: { x: [1, 3, 4, 2], outputs: 5, kernel: 2 } as Size,
  run(gpu: Gpu, { x: shape, outputs, kernel }: Size): () => void {
    const x = filled(gpu, shape);
    const weight = filled(gpu, [shape[1], outputs, kernel, kernel]);
    return forwardOnly(gpu, () => convTranspose2d(x, weight));
  },
  flops: ({ x: [images, channels, height, width], outputs, kernel }: Size): number =>
    2 * images * channels * height * width * outputs * kernel ** 2,
}];
