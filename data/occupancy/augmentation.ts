import type { ImageGeometry } from "./image_geometry.ts";
import type { BytePicture } from "../pictures/picture.ts";
import { type ResizeFilter, resizePixels } from "../pictures/resample.ts";

/**
 * Resizes, crops, mirrors and rotates a picture on 8-bit pixels as the reference does with Pillow, so
 * that `inputFromImage` of the same geometry maps stored to input pixels. Writes [height, width, 3]
 * of the crop's size to `out`.
 */
export function applyGeometry(
  image: BytePicture,
  geometry: ImageGeometry,
  { out, filter = "bicubic" }: { out: Uint8Array; filter?: ResizeFilter },
): void {
  const { crop, flip, rotate, resized } = geometry;
  const size: [number, number] = [crop[2] - crop[0], crop[3] - crop[1]];
  if (out.length !== size[0] * size[1] * 3) {
    throw new RangeError(
      `Cannot crop to ${size.join("x")} RGB: the output has ${out.length} bytes, it must have ${
        size[0] * size[1] * 3
      }`,
    );
  }
  const source = resizePixels(image, resized, filter);
  if (rotate % 360 === 0) return cropInto(source, crop, { out, flip });
  const upright = new Uint8Array(out.length);
  cropInto(source, crop, { out: upright, flip });
  rotateInto({ width: size[0], height: size[1], data: upright }, rotate, out);
}

function cropInto(
  { width, height, data }: Omit<BytePicture, "channels">,
  [left, top, right, bottom]: readonly [number, number, number, number],
  { out, flip }: { out: Uint8Array; flip: boolean },
): void {
  const across = right - left;
  // What lies outside the picture stays black.
  const x0 = Math.max(left, 0), x1 = Math.min(right, width);
  if (left < 0 || top < 0 || right > width || bottom > height) out.fill(0);
  for (let y = Math.max(top, 0); y < Math.min(bottom, height); y++) {
    const row = (y - top) * across;
    const from = (y * width + x0) * 3;
    if (!flip) out.set(data.subarray(from, (y * width + x1) * 3), (row + x0 - left) * 3);
    else {
      let to = (row + across - 1 - (x0 - left)) * 3;
      for (let k = from; k < (y * width + x1) * 3; k += 3, to -= 3) {
        out[to] = data[k]!;
        out[to + 1] = data[k + 1]!;
        out[to + 2] = data[k + 2]!;
      }
    }
  }
}

/** Counter-clockwise about the centre, nearest pixel, black outside. */
function rotateInto(
  { width, height, data }: Omit<BytePicture, "channels">,
  degrees: number,
  out: Uint8Array,
): void {
  const angle = degrees * Math.PI / 180;
  const cos = Math.cos(angle), sin = Math.sin(angle);
  out.fill(0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dx = x + 0.5 - width / 2, dy = y + 0.5 - height / 2;
      const sx = Math.floor(cos * dx - sin * dy + width / 2);
      const sy = Math.floor(sin * dx + cos * dy + height / 2);
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
      const from = (sy * width + sx) * 3, to = (y * width + x) * 3;
      out[to] = data[from]!;
      out[to + 1] = data[from + 1]!;
      out[to + 2] = data[from + 2]!;
    }
  }
}
