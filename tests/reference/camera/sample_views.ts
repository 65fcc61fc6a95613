import type { F64 } from "../../support.ts";
import { eachCorner } from "./bilinear.ts";

/** Weighted bilinear samples [queries, groups, frames * points, width] of the chosen cameras, in doubles. */
export function sampleViews(
  frames: readonly F64[],
  { location, view, weights }: { location: F64; view: F64; weights: F64 },
  { levels, groups, points }: {
    levels: readonly (readonly [number, number])[];
    groups: number;
    points: number;
  },
): F64 {
  const [, pixels, channels] = frames[0]!.shape as [number, number, number];
  const rows = weights.shape[1]!;
  const width = channels / groups;
  const shape = [rows / groups / points, groups, frames.length * points, width];
  const y = new Float64Array(shape.reduce((a, b) => a * b, 1));
  frames.forEach(({ data }, f) => {
    for (let row = 0; row < rows; row++) {
      const [block, point] = [Math.floor(row / points), row % points];
      const group = block % groups;
      const to = ((block * frames.length + f) * points + point) * width;
      const place = f * rows + row;
      const [u, v] = [location.data[2 * place]!, location.data[2 * place + 1]!];
      let first = 0;
      levels.forEach(([high, wide], level) => {
        const weight = weights.data[place * levels.length + level]!;
        eachCorner([u * (wide - 1), v * (high - 1)], [high, wide], (pixel, share) => {
          const from = (view.data[place]! * pixels + first + pixel) * channels + group * width;
          for (let c = 0; c < width; c++) y[to + c]! += weight * share * data[from + c]!;
        });
        first += high * wide;
      });
    }
  });
  return { shape, data: y };
}
