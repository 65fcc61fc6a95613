import type { Gpu } from "../../../../../gpu/device.ts";
import { maxPool2d } from "../../../../../gpu/ops/nn/conv/max_pool2d.ts";
import { filled } from "../../../../filled.ts";
import { forwardOnly } from "../training.ts";

interface Size {
  x: [images: number, channels: number, height: number, width: number];
}

/** The pooling after a ResNet's first convolution; the result and its places are a quarter each. */
export const cases = [{
  name: "max_pool2d",
  sizes: [{ x: [1, 16, 216, 400] }, { x: [6, 64, 432, 800] }] as Size[],
  tiny: { x: [1, 2, 5, 6] } as Size,
  run(gpu: Gpu, { x: shape }: Size): () => void {
    const x = filled(gpu, shape);
    return forwardOnly(gpu, () => maxPool2d(x, { kernel: 3, stride: 2, padding: 1 }));
  },
  bytes: ({ x }: Size): number => 6 * x.reduce((product, extent) => product * extent, 1),
}];
