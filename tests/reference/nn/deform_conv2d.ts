import type { F64 } from "../../support.ts";

/** Options of the reference deformable convolution. */
export interface DeformOptions {
  stride?: number;
  padding?: number;
  dilation?: number;
  groups?: number;
  deformGroups?: number;
}

/** Modulated deformable convolution by loops over everything, in doubles. */
export function deformConv2d(
  x: F64,
  offset: F64,
  mask: F64,
  weight: F64,
  bias: F64 | null,
  options: DeformOptions = {},
): F64 {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, deformGroups = 1 } = options;
  const [images, inputs, height, width] = x.shape as [number, number, number, number];
  const [outputs, each, kh, kw] = weight.shape as [number, number, number, number];
  const [, , rows, cols] = mask.shape as [number, number, number, number];
  const taps = kh * kw;
  const data = new Float64Array(images * outputs * rows * cols);
  const pixel = (n: number, c: number, row: number, col: number) =>
    row < 0 || col < 0 || row >= height || col >= width
      ? 0
      : x.data[((n * inputs + c) * height + row) * width + col]!;
  let at = 0;
  for (let n = 0; n < images; n++) {
    for (let o = 0; o < outputs; o++) {
      const first = Math.floor(o / (outputs / groups)) * each;
      for (let y = 0; y < rows; y++) {
        for (let z = 0; z < cols; z++) {
          let sum = bias?.data[o] ?? 0;
          for (let c = 0; c < each; c++) {
            const d = Math.floor((first + c) / (inputs / deformGroups));
            for (let tap = 0; tap < taps; tap++) {
              const place = (n * deformGroups + d) * taps + tap;
              const value = (array: F64, plane: number) =>
                array.data[(plane * rows + y) * cols + z]!;
              const i = Math.floor(tap / kw);
              const h = y * stride - padding + i * dilation + value(offset, 2 * place);
              const w = z * stride - padding + tap % kw * dilation + value(offset, 2 * place + 1);
              if (!(h > -1 && w > -1 && h < height && w < width)) continue;
              const row = Math.floor(h);
              const col = Math.floor(w);
              const sample = (row + 1 - h) *
                  ((col + 1 - w) * pixel(n, first + c, row, col) +
                    (w - col) * pixel(n, first + c, row, col + 1)) +
                (h - row) *
                  ((col + 1 - w) * pixel(n, first + c, row + 1, col) +
                    (w - col) * pixel(n, first + c, row + 1, col + 1));
              sum += weight.data[(o * each + c) * taps + tap]! * value(mask, place) * sample;
            }
          }
          data[at++] = sum;
        }
      }
    }
  }
  return { shape: [images, outputs, rows, cols], data };
}
