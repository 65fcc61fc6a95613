import type { F64 } from "../../support.ts";
import { eachCorner } from "./bilinear.ts";

/** Sum of bilinear samples with given weights, in doubles. */
export function deformAggregate(
  features: F64,
  location: F64,
  weights: F64,
  levels: readonly (readonly [number, number])[],
): F64 {
  const [batch, cameras, pixels, channels] = features.shape as [number, number, number, number];
  const points = location.shape[1]!;
  const groups = weights.shape[4]!;
  const y = new Float64Array(batch * points * channels);
  for (let row = 0; row < batch * points; row++) {
    for (let c = 0; c < cameras; c++) {
      const pair = row * cameras + c;
      const u = location.data[2 * pair]!;
      const v = location.data[2 * pair + 1]!;
      if (!(u > 0 && v > 0 && u < 1 && v < 1)) continue;
      let first = (Math.floor(row / points) * cameras + c) * pixels;
      levels.forEach(([height, width], level) => {
        eachCorner([u * width - 0.5, v * height - 0.5], [height, width], (pixel, share) => {
          for (let ch = 0; ch < channels; ch++) {
            const group = Math.floor(ch / (channels / groups));
            y[row * channels + ch]! += share *
              weights.data[(pair * levels.length + level) * groups + group]! *
              features.data[(first + pixel) * channels + ch]!;
          }
        });
        first += height * width;
      });
    }
  }
  return { shape: [batch, points, channels], data: y };
}
