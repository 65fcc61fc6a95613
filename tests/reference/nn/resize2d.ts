import type { F64 } from "../../support.ts";

/** Resizes [n, c, h, w] by nearest or bilinear sampling between pixel centres, in doubles. */
export function resize2d(x: F64, size: [number, number], mode: string, added?: F64): F64 {
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  const shape = [images, channels, ...size];
  const data = new Float64Array(images * channels * size[0] * size[1]);
  const along = (to: number, input: number, output: number): [number, number][] => {
    if (mode === "nearest") return [[Math.min(Math.floor(to * input / output), input - 1), 1]];
    const at = Math.max(0, (to + 0.5) * input / output - 0.5);
    const near = Math.floor(at);
    return [[near, 1 - (at - near)], [Math.min(near + 1, input - 1), at - near]];
  };
  let at = 0;
  for (let plane = 0; plane < images * channels; plane++) {
    for (let row = 0; row < size[0]; row++) {
      for (let col = 0; col < size[1]; col++) {
        let sum = added?.data[at] ?? 0;
        for (const [i, rowWeight] of along(row, height, size[0])) {
          for (const [j, colWeight] of along(col, width, size[1])) {
            sum += rowWeight * colWeight * x.data[(plane * height + i) * width + j]!;
          }
        }
        data[at++] = sum;
      }
    }
  }
  return { shape, data };
}
