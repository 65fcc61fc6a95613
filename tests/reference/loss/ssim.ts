import type { F64 } from "../../support.ts";
import { scalar } from "./cross_entropy.ts";

const TAPS = [
  0.001028380123898387,
  0.0075987582094967365,
  0.036000773310661316,
  0.10936068743467331,
  0.21300552785396576,
  0.26601171493530273,
];

/** Structural similarity at each pixel, zeros outside the picture. */
export function ssimMap(img1: F64, img2: F64): F64 {
  const [, , height, width] = img1.shape as [number, number, number, number];
  const tap = (offset: number) => TAPS[5 - Math.abs(offset)]!;
  const data = img1.data.map((_, at) => {
    const column = at % width;
    const row = Math.floor(at / width) % height;
    const plane = at - row * width - column;
    let m1 = 0, m2 = 0, s11 = 0, s22 = 0, s12 = 0;
    for (let y = Math.max(0, row - 5); y <= Math.min(height - 1, row + 5); y++) {
      for (let x = Math.max(0, column - 5); x <= Math.min(width - 1, column + 5); x++) {
        const weight = tap(y - row) * tap(x - column);
        const a = img1.data[plane + y * width + x]!;
        const b = img2.data[plane + y * width + x]!;
        m1 += weight * a;
        m2 += weight * b;
        s11 += weight * a * a;
        s22 += weight * b * b;
        s12 += weight * a * b;
      }
    }
    const variances = Math.max(0, s11 - m1 * m1) + Math.max(0, s22 - m2 * m2);
    const value = (2 * m1 * m2 + 1e-4) * (2 * (s12 - m1 * m2) + 9e-4) /
      ((m1 * m1 + m2 * m2 + 1e-4) * (variances + 9e-4));
    return Math.min(1, Math.max(-1, value));
  });
  return { shape: img1.shape, data };
}

/** Mean of the map, `crop` pixels away from the border. */
export function ssim(img1: F64, img2: F64, crop = 0): F64 {
  const [, , height, width] = img1.shape as [number, number, number, number];
  const kept = ssimMap(img1, img2).data.filter((_, at) => {
    const x = at % width;
    const y = Math.floor(at / width) % height;
    return Math.min(x, y) >= crop && x < width - crop && y < height - crop;
  });
  return scalar(kept.reduce((a, b) => a + b, 0) / kept.length);
}
