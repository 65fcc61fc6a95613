import type { Gpu } from "../../../../../gpu/device.ts";
import { batchNorm2d } from "../../../../../gpu/ops/nn/norm/batch_norm.ts";
import { filled } from "../../../../filled.ts";
import { forwardOnly } from "../training.ts";

interface Size {
  x: [images: number, channels: number, height: number, width: number];
}

const sizes: Size[] = [{ x: [1, 64, 54, 100] }, { x: [6, 128, 108, 200] }];
const tiny: Size = { x: [2, 3, 5, 4] };
const values = ({ x }: Size): number => x.reduce((product, extent) => product * extent, 1);

function normed(gpu: Gpu, { x: shape }: Size, training: boolean): () => void {
  const x = filled(gpu, shape);
  const [weight, bias, runningMean, runningVariance] = [0, 1, 2, 3].map(() =>
    filled(gpu, [shape[1]])
  ) as [typeof x, typeof x, typeof x, typeof x];
  const held = { weight, bias, runningMean, runningVariance };
  return forwardOnly(gpu, () => batchNorm2d(x, held, { training, activation: "relu" }));
}

/** By running statistics in one pass, and by those of the batch in three. */
export const cases = [
  {
    name: "batch_norm",
    sizes,
    tiny,
    run: (gpu: Gpu, size: Size): () => void => normed(gpu, size, false),
    bytes: (size: Size): number => 8 * values(size),
  },
  {
    name: "batch_norm_training",
    sizes,
    tiny,
    run: (gpu: Gpu, size: Size): () => void => normed(gpu, size, true),
    bytes: (size: Size): number => 16 * values(size),
  },
];
