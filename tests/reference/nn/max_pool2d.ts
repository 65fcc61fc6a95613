import type { F64 } from "../../support.ts";

/** Greatest value of each window of [n, c, h, w], in floor mode. */
export function maxPool2d(x: F64, kernel: number, stride: number, padding: number): F64 {
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  const rows = Math.floor((height + 2 * padding - kernel) / stride) + 1;
  const cols = Math.floor((width + 2 * padding - kernel) / stride) + 1;
  const data = new Float64Array(images * channels * rows * cols).fill(-Infinity);
  let at = 0;
  for (let plane = 0; plane < images * channels; plane++) {
    for (let y = 0; y < rows; y++) {
      for (let z = 0; z < cols; z++, at++) {
        for (let i = 0; i < kernel; i++) {
          for (let j = 0; j < kernel; j++) {
            const row = y * stride + i - padding;
            const col = z * stride + j - padding;
            if (row < 0 || row >= height || col < 0 || col >= width) continue;
            data[at] = Math.max(data[at]!, x.data[(plane * height + row) * width + col]!);
          }
        }
      }
    }
  }
  return { shape: [images, channels, rows, cols], data };
}
