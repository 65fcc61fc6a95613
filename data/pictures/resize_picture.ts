import type { RgbaPicture } from "./picture.ts";
import { resizePixels } from "./resample.ts";

/**
 * Reduces or enlarges a picture as Pillow does by default: bicubic, the filter widened where it
 * shrinks, colours weighed by their alpha.
 */
export function resizePicture(
  picture: RgbaPicture,
  size: readonly [number, number],
): RgbaPicture {
  if (picture.width === size[0] && picture.height === size[1]) return picture;
  const opaque = isOpaque(picture.data);
  const weighed = { ...picture, data: opaque ? picture.data : premultiplied(picture.data) };
  const { data } = resizePixels(weighed, size, "bicubic");
  return { width: size[0], height: size[1], channels: 4, data: opaque ? data : unmultiplied(data) };
}

/** Whether no pixel lets anything through. */
function isOpaque(data: Uint8Array): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

/** Pillow's rounding of c a / 255. */
function premultiplied(data: Uint8Array): Uint8Array {
  const out = Uint8Array.from(data);
  for (let i = 0; i < out.length; i += 4) {
    const alpha = out[i + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = out[i + c]! * alpha + 128;
      out[i + c] = ((product >> 8) + product) >> 8;
    }
  }
  return out;
}

/** Pillow's rounding of 255 c / a. */
function unmultiplied(data: Uint8Array): Uint8Array {
  const out = Uint8Array.from(data);
  for (let i = 0; i < out.length; i += 4) {
    const alpha = out[i + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = 0; c < 3; c++) {
      out[i + c] = Math.min(255, Math.trunc(255 * out[i + c]! / alpha));
    }
  }
  return out;
}
