import type { Gpu } from "../../../../gpu/device.ts";
import { dropout } from "../../../../gpu/ops/nn/dropout.ts";
import { Tensor } from "../../../../gpu/tensor.ts";

interface Size {
  values: number;
}

/** Dropout on the hidden layer of the feed-forward network. */
export const cases = [{
  name: "dropout",
  sizes: [{ values: 25600 * 512 }],
  small: [{ values: 25600 * 128 }],
  tiny: { values: 13 },
  run(gpu: Gpu, { values }: Size): () => void {
    const x = Tensor.zeros(gpu, [values]);
    return () => {
      using _scope = gpu.scope();
      dropout(x, 0.1, { training: true });
    };
  },
  bytes: ({ values }: Size): number => 8 * values,
}];
