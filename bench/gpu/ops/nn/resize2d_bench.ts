import type { Gpu } from "../../../../gpu/device.ts";
import { resize2d, type ResizeMode } from "../../../../gpu/ops/nn/resize2d.ts";
import { filled } from "../../../filled.ts";
import { forwardBackward, forwardOnly } from "./training.ts";

interface Size {
  x: [images: number, channels: number, height: number, width: number];
}

const sizes: Size[] = [{ x: [1, 128, 27, 50] }, { x: [6, 128, 54, 100] }];
const tiny: Size = { x: [1, 2, 3, 5] };
const values = ({ x }: Size): number => x.reduce((product, extent) => product * extent, 1);

/** Twice as high and wide, as in a feature pyramid. */
export const cases = (["nearest", "bilinear"] satisfies ResizeMode[]).flatMap((mode) => [
  {
    name: `resize2d_${mode}`,
    sizes,
    tiny,
    run(gpu: Gpu, { x: shape }: Size): () => void {
      const x = filled(gpu, shape);
      return forwardOnly(gpu, () => resize2d(x, [2 * shape[2], 2 * shape[3]], mode));
    },
    bytes: (size: Size): number => 20 * values(size),
  },
  {
    name: `resize2d_${mode}_forward_backward`,
    sizes,
    tiny,
    run(gpu: Gpu, { x: shape }: Size): () => void {
      const x = filled(gpu, shape);
      return forwardBackward(gpu, [x], () => resize2d(x, [2 * shape[2], 2 * shape[3]], mode));
    },
    bytes: (size: Size): number => 40 * values(size),
  },
]);
