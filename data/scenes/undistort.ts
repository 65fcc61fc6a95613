import type { RgbaPicture } from "../pictures/picture.ts";
import { distorted } from "./lens.ts";
import type { SceneView, StraightLens } from "./scene_view.ts";

/**
 * Straightens a picture: what a pinhole camera of the zoomed focal length, looking through the middle of
 * its picture, would have seen; bilinear, black and transparent where the lens saw nothing.
 */
export function undistort(
  picture: RgbaPicture,
  { lens, calibration }: { readonly lens: StraightLens } & Pick<SceneView, "calibration">,
): RgbaPicture {
  const { width, height, data } = picture;
  const out = new Uint8Array(4 * width * height);
  // A file of another size than the calibration's shows the same, scaled.
  const scale = [width / calibration[0], height / calibration[1]] as const;
  const [fx, fy] = [lens.focal[0] * scale[0], lens.focal[1] * scale[1]];
  const [cx, cy] = [lens.centre[0] * scale[0], lens.centre[1] * scale[1]];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = distorted(
        (column + 0.5 - width / 2) / (fx * lens.zoom),
        (row + 0.5 - height / 2) / (fy * lens.zoom),
        lens.distortion,
      );
      sample(
        data,
        [width, height],
        [fx * x + cx - 0.5, fy * y + cy - 0.5],
        out,
        4 * (row * width + column),
      );
    }
  }
  return { width, height, channels: 4, data: out };
}

function sample(
  data: Uint8Array,
  [width, height]: readonly [number, number],
  [x, y]: readonly [number, number],
  out: Uint8Array,
  to: number,
): void {
  if (!(x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5)) return;
  const x0 = Math.max(0, Math.floor(x)), y0 = Math.max(0, Math.floor(y));
  const x1 = Math.min(width - 1, x0 + 1), y1 = Math.min(height - 1, y0 + 1);
  const across = Math.max(0, x - x0), down = Math.max(0, y - y0);
  for (let c = 0; c < 4; c++) {
    const at = (px: number, py: number) => data[4 * (py * width + px) + c]!;
    const upper = at(x0, y0) + across * (at(x1, y0) - at(x0, y0));
    const lower = at(x0, y1) + across * (at(x1, y1) - at(x0, y1));
    out[to + c] = Math.round(upper + down * (lower - upper));
  }
}
