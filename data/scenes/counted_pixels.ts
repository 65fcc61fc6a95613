import type { RgbaPicture } from "../pictures/picture.ts";
import { distorted } from "./lens.ts";
import { type Mask, type SceneView, type StraightLens, straightLens } from "./scene_view.ts";

/**
 * Which pixels of a picture made so large count: 1 for each [height, width] that the mask, of any size in
 * the picture's proportion, is bright at all over, else 0; never something between.
 */
export function countedPixels(
  picture: RgbaPicture,
  { view, mask, size }: {
    readonly view: Pick<SceneView, "pixels" | "calibration" | "lens">;
    readonly mask: Mask;
    readonly size: readonly [number, number];
  },
): Uint8Array {
  const { pixels: [wide, high] } = view;
  if (Math.abs(picture.width * high / wide - picture.height) > 1) {
    throw new RangeError(
      `Cannot use mask "${mask.file}": it has ${picture.width} x ${picture.height} pixels, its picture ` +
        `${wide} x ${high}`,
    );
  }
  const bright = brightPixels(picture, mask.inverted);
  const straight = straightLens(view.lens);
  const seen = straight ? straightened(bright, picture, { ...view, lens: straight }) : bright;
  return reduced(seen, [picture.width, picture.height], size);
}

/** 1 where a mask is brighter than half, of masks of zeros and ones where it is 1; transparent is dark. */
function brightPixels({ data }: RgbaPicture, inverted: boolean): Uint8Array {
  const values = new Uint8Array(data.length / 4);
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const at = 4 * i;
    values[i] = Math.min(data[at + 3]!, Math.max(data[at]!, data[at + 1]!, data[at + 2]!));
    largest = Math.max(largest, values[i]!);
  }
  const half = largest === 1 ? 0.5 : 127.5;
  return values.map((value) => Number(value > half !== inverted));
}

/** The same through a lens, as `undistort` shows its picture; what it did not see does not count. */
function straightened(
  bright: Uint8Array,
  { width, height }: RgbaPicture,
  { lens, calibration }: { readonly lens: StraightLens } & Pick<SceneView, "calibration">,
): Uint8Array {
  const out = new Uint8Array(bright.length);
  const scale = [width / calibration[0], height / calibration[1]] as const;
  const [fx, fy] = [lens.focal[0] * scale[0], lens.focal[1] * scale[1]];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = distorted(
        (column + 0.5 - width / 2) / (fx * lens.zoom),
        (row + 0.5 - height / 2) / (fy * lens.zoom),
        lens.distortion,
      );
      const from = [
        Math.floor(fx * x + lens.centre[0] * scale[0]),
        Math.floor(fy * y + lens.centre[1] * scale[1]),
      ] as const;
      const inside = from[0] >= 0 && from[1] >= 0 && from[0] < width && from[1] < height;
      if (inside) out[row * width + column] = bright[from[1] * width + from[0]]!;
    }
  }
  return out;
}

/** A pixel counts where all that it is made of do: no masked colour is mixed in. */
function reduced(
  bright: Uint8Array,
  [width, height]: readonly [number, number],
  [wide, high]: readonly [number, number],
): Uint8Array {
  if (width === wide && height === high) return bright;
  const columns = reachOf(width, wide), rows = reachOf(height, high);
  const out = new Uint8Array(wide * high);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      let counts = 1;
      for (let v = rows[2 * y]!; counts && v < rows[2 * y + 1]!; v++) {
        for (let u = columns[2 * x]!; u < columns[2 * x + 1]!; u++) {
          counts &= bright[v * width + u]!;
        }
      }
      out[y * wide + x] = counts;
    }
  }
  return out;
}

/** First pixel and the one behind the last that each pixel along an axis is made of. */
function reachOf(from: number, to: number): Uint32Array {
  const out = new Uint32Array(2 * to);
  for (let i = 0; i < to; i++) {
    out[2 * i] = Math.floor(i * from / to);
    out[2 * i + 1] = Math.min(from, Math.ceil((i + 1) * from / to));
  }
  return out;
}
