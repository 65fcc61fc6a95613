import type { F64 } from "../../support.ts";

/** Transposed convolution by scattering each input pixel, in doubles. */
export function convTranspose2d(
  x: F64,
  weight: F64,
  bias: F64 | null,
  stride: [number, number],
  padding: [number, number] = [0, 0],
): F64 {
  const [images, inputs, height, width] = x.shape as [number, number, number, number];
  const [, outputs, kh, kw] = weight.shape as [number, number, number, number];
  const rows = (height - 1) * stride[0] + kh - 2 * padding[0];
  const cols = (width - 1) * stride[1] + kw - 2 * padding[1];
  const data = new Float64Array(images * outputs * rows * cols);
  if (bias) data.forEach((_, i) => data[i] = bias.data[Math.floor(i / rows / cols) % outputs]!);
  for (let n = 0; n < images; n++) {
    for (let c = 0; c < inputs; c++) {
      for (let y = 0; y < height; y++) {
        for (let z = 0; z < width; z++) {
          const value = x.data[((n * inputs + c) * height + y) * width + z]!;
          for (let o = 0; o < outputs; o++) {
            for (let i = 0; i < kh; i++) {
              for (let j = 0; j < kw; j++) {
                const row = y * stride[0] + i - padding[0];
                const col = z * stride[1] + j - padding[1];
                if (row < 0 || row >= rows || col < 0 || col >= cols) continue;
                data[((n * outputs + o) * rows + row) * cols + col]! += value *
                  weight.data[((c * outputs + o) * kh + i) * kw + j]!;
              }
            }
          }
        }
      }
    }
  }
  return { shape: [images, outputs, rows, cols], data };
}
