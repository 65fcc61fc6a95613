import type { Gpu } from "../../../../../gpu/device.ts";
import { layerNorm } from "../../../../../gpu/ops/nn/norm/layer_norm.ts";
import { filled } from "../../../../filled.ts";
import { forwardBackward, forwardOnly } from "../training.ts";

interface Size {
  rows: number;
  channels: number;
}

const sizes: Size[] = [
  { rows: 6400, channels: 128 },
  { rows: 12800, channels: 128 },
  { rows: 25600, channels: 128 },
  { rows: 144000, channels: 128 },
  // 147 MB: more than one binding holds on some adapters.
  { rows: 144000, channels: 256 },
];
const tiny: Size = { rows: 5, channels: 8 };

function setUp(gpu: Gpu, { rows, channels }: Size) {
  return [filled(gpu, [rows, channels]), filled(gpu, [channels]), filled(gpu, [channels])] as const;
}

/** Forward alone, and with its gradients, which read x and dy twice. */
export const cases = [
  {
    name: "layer_norm",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const inputs = setUp(gpu, size);
      return forwardOnly(gpu, () => layerNorm(...inputs));
    },
    bytes: ({ rows, channels }: Size): number => 8 * rows * channels,
  },
  {
    name: "layer_norm_forward_backward",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const inputs = setUp(gpu, size);
      return forwardBackward(gpu, inputs, () => layerNorm(...inputs));
    },
    bytes: ({ rows, channels }: Size): number => 28 * rows * channels,
  },
];
