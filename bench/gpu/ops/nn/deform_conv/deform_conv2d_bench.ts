import type { Gpu } from "../../../../../gpu/device.ts";
import { deformConv2d } from "../../../../../gpu/ops/nn/deform_conv/deform_conv2d.ts";
import { filled } from "../../../../filled.ts";
import { forwardBackward, forwardOnly } from "../training.ts";

interface Size {
  x: [images: number, channels: number, height: number, width: number];
}

/** The 3x3 convolutions in the last two stages of ResNet-101 over 864x1600 images: one camera, then six. */
const sizes: Size[] = [
  { x: [1, 64, 27, 50] },
  { x: [1, 512, 27, 50] },
  { x: [1, 256, 54, 100] },
  { x: [6, 512, 27, 50] },
  { x: [6, 256, 54, 100] },
];
const tiny: Size = { x: [1, 4, 5, 6] };

const flops = ({ x: [images, channels, height, width] }: Size): number =>
  2 * images * height * width * 9 * channels * channels;

function setUp(gpu: Gpu, { x }: Size) {
  const [images, channels, height, width] = x;
  return {
    x: filled(gpu, x),
    places: {
      offset: filled(gpu, [images, 18, height, width]),
      mask: filled(gpu, [images, 9, height, width]),
    },
    weight: filled(gpu, [channels, channels, 3, 3]),
  };
}

/** A deformable convolution, forward alone, and with all its gradients. */
export const cases = [
  {
    name: "deform_conv2d",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { x, places, weight } = setUp(gpu, size);
      return forwardOnly(gpu, () => deformConv2d(x, places, weight, { padding: 1 }));
    },
    flops,
  },
  {
    name: "deform_conv2d_forward_backward",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { x, places, weight } = setUp(gpu, size);
      const inputs = [x, places.offset, places.mask, weight];
      return forwardBackward(gpu, inputs, () => deformConv2d(x, places, weight, { padding: 1 }));
    },
    flops: (size: Size): number => 3 * flops(size),
  },
];
