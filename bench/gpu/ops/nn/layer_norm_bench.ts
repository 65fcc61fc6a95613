import type { Gpu } from "../../../../gpu/device.ts";
import { layerNorm } from "../../../../gpu/ops/nn/layer_norm.ts";
import { backward, noGradient, variable } from "../../../../gpu/tape.ts";
import { filled } from "../../../filled.ts";

interface Size {
  rows: number;
  channels: number;
}

const sizes: Size[] = [{ rows: 25600, channels: 128 }];
const tiny: Size = { rows: 5, channels: 7 };

/** The norm after every layer of the encoder; x is read once and y written once. */
export const cases = [
  {
    name: "layer_norm",
    sizes,
    tiny,
    run(gpu: Gpu, { rows, channels }: Size): () => void {
      const x = filled(gpu, [rows, channels]);
      const [weight, bias] = [filled(gpu, [channels]), filled(gpu, [channels])];
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => layerNorm(x, weight, bias));
      };
    },
    bytes: ({ rows, channels }: Size): number => 8 * rows * channels,
  },
  {
    name: "layer_norm_forward_backward",
    sizes,
    tiny,
    run(gpu: Gpu, { rows, channels }: Size): () => void {
      const x = variable(filled(gpu, [rows, channels]));
      const weight = variable(filled(gpu, [channels]));
      const bias = variable(filled(gpu, [channels]));
      const dy = filled(gpu, [rows, channels]);
      return () => {
        using _scope = gpu.scope();
        backward(layerNorm(x, weight, bias), dy);
        x.gradient = weight.gradient = bias.gradient = null;
      };
    },
    // Backward reads x and dy and writes dx.
    bytes: ({ rows, channels }: Size): number => 20 * rows * channels,
  },
];
