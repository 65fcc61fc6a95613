import type { F64 } from "../../support.ts";
import { type Finish, finish } from "./matmul.ts";

/** Options of the reference convolution. */
export interface ConvOptions {
  stride?: [number, number];
  padding?: [number, number];
  dilation?: [number, number];
  groups?: number;
  affine?: { scale: F64; shift: F64 };
  activation?: Finish;
}

/** Convolution of [n, c, h, w] by six loops, in doubles. */
export function conv2d(
  x: F64,
  weight: F64,
  bias: F64 | null,
  residual: F64 | null,
  options: ConvOptions = {},
): F64 {
  const { stride = [1, 1], padding = [0, 0], dilation = [1, 1], groups = 1 } = options;
  const [images, inputs, height, width] = x.shape as [number, number, number, number];
  const [outputs, each, kh, kw] = weight.shape as [number, number, number, number];
  const rows = Math.floor((height + 2 * padding[0] - dilation[0] * (kh - 1) - 1) / stride[0]) + 1;
  const cols = Math.floor((width + 2 * padding[1] - dilation[1] * (kw - 1) - 1) / stride[1]) + 1;
  const shape = [images, outputs, rows, cols];
  const data = new Float64Array(images * outputs * rows * cols);
  let at = 0;
  for (let n = 0; n < images; n++) {
    for (let o = 0; o < outputs; o++) {
      const first = Math.floor(o / (outputs / groups)) * each;
      for (let y = 0; y < rows; y++) {
        for (let z = 0; z < cols; z++) {
          let sum = 0;
          for (let c = 0; c < each; c++) {
            for (let i = 0; i < kh; i++) {
              for (let j = 0; j < kw; j++) {
                const row = y * stride[0] - padding[0] + i * dilation[0];
                const col = z * stride[1] - padding[1] + j * dilation[1];
                if (row < 0 || row >= height || col < 0 || col >= width) continue;
                sum += x.data[((n * inputs + first + c) * height + row) * width + col]! *
                  weight.data[((o * each + c) * kh + i) * kw + j]!;
              }
            }
          }
          const { affine } = options;
          sum = affine ? sum * affine.scale.data[o]! + affine.shift.data[o]! : sum;
          sum += (bias?.data[o] ?? 0) + (residual?.data[at] ?? 0);
          data[at++] = finish(options.activation ?? "none", sum);
        }
      }
    }
  }
  return { shape, data };
}
