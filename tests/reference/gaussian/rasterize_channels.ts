import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import type { F64 } from "../../support.ts";
import { type GaussiansF64, projectGaussian } from "./rasterize.ts";

/** Any number of channels [n, channels] of Gaussians, blended pixel by pixel: [channels, height, width]. */
export function rasterizeChannels(
  g: GaussiansF64,
  channels: F64,
  camera: RasterCamera,
  background: readonly number[],
): F64 {
  const { width, height } = camera;
  const [n, count] = channels.shape as [number, number];
  const colours = { shape: [n, 3], data: new Float64Array(3 * n) };
  const splats = Array.from(
    { length: n },
    (_, i) => projectGaussian({ ...g, colours }, camera, i, {}),
  )
    .filter((splat) => splat !== null)
    .sort((a, b) => Math.fround(a.depth) - Math.fround(b.depth) || a.index - b.index);
  const data = new Float64Array(count * height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let light = 1;
      const put = (c: number, value: number) => data[(c * height + y) * width + x]! += value;
      for (const { index, rect, pixel, conic, opacity } of splats) {
        const [column, row] = [Math.floor(x / 16), Math.floor(y / 16)];
        if (column < rect[0] || column >= rect[2] || row < rect[1] || row >= rect[3]) continue;
        const [dx, dy] = [pixel[0] - x, pixel[1] - y];
        const power = -0.5 * (conic[0] * dx * dx + conic[2] * dy * dy) - conic[1] * dx * dy;
        const alpha = Math.min(0.99, opacity * Math.exp(power));
        if (power > 0 || alpha < 1 / 255) continue;
        if (light * (1 - alpha) < 1e-4) break;
        for (let c = 0; c < count; c++) put(c, channels.data[index * count + c]! * alpha * light);
        light *= 1 - alpha;
      }
      for (let c = 0; c < count; c++) put(c, light * background[c]!);
    }
  }
  return { shape: [count, height, width], data };
}
