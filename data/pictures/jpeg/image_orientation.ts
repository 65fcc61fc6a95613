/** A picture of so many values a pixel. */
interface Interleaved {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Turns and mirrors a picture so that EXIF orientation 1..8 becomes upright. */
export function applyOrientation<T extends Interleaved>(image: T, orientation: number): T {
  const { width, height, channels, data } = image;
  const swap = orientation >= 5;
  const [outWidth, outHeight] = swap ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const [sx, sy] = sourcePixel(orientation, { x, y, width, height });
      const from = (sy * width + sx) * channels;
      const to = (y * outWidth + x) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = data[from + c]!;
    }
  }
  return { ...image, width: outWidth, height: outHeight, data: out };
}

/** Where an upright pixel is stored; EXIF names the stored sides that are the picture's top and left. */
function sourcePixel(
  orientation: number,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): [number, number] {
  switch (orientation) {
    case 2:
      return [width - 1 - x, y];
    case 3:
      return [width - 1 - x, height - 1 - y];
    case 4:
      return [x, height - 1 - y];
    case 5:
      return [y, x];
    case 6:
      return [y, height - 1 - x];
    case 7:
      return [width - 1 - y, height - 1 - x];
    case 8:
      return [width - 1 - y, x];
    default:
      return [x, y];
  }
}
