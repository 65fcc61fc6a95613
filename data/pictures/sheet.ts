import type { RgbPicture } from "./picture.ts";

const BACKGROUND = 255;

/** Pictures beside each other on white, aligned at the top, `gap` pixels apart. */
export function beside(pictures: readonly RgbPicture[], gap = 8): RgbPicture {
  const width = pictures.reduce((sum, picture) => sum + picture.width, gap * (pictures.length - 1));
  const sheet = blankPicture(width, Math.max(...pictures.map((picture) => picture.height)));
  let x = 0;
  for (const picture of pictures) {
    paste(sheet, picture, x, 0);
    x += picture.width + gap;
  }
  return sheet;
}

/** Pictures under each other on white, aligned at the left, `gap` pixels apart. */
export function above(pictures: readonly RgbPicture[], gap = 8): RgbPicture {
  const height = pictures.reduce(
    (sum, picture) => sum + picture.height,
    gap * (pictures.length - 1),
  );
  const sheet = blankPicture(Math.max(...pictures.map((picture) => picture.width)), height);
  let y = 0;
  for (const picture of pictures) {
    paste(sheet, picture, 0, y);
    y += picture.height + gap;
  }
  return sheet;
}

/** A picture made smaller by a whole factor, until it is no wider than `most` pixels. */
export function shrunk(picture: RgbPicture, most: number): RgbPicture {
  const factor = Math.ceil(picture.width / most);
  if (factor <= 1) return picture;
  const [width, height] = [picture.width, picture.height].map((side) => Math.floor(side / factor));
  const small = blankPicture(width!, height!);
  for (let y = 0; y < height!; y++) {
    for (let x = 0; x < width!; x++) {
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let v = 0; v < factor; v++) {
          const row = ((y * factor + v) * picture.width + x * factor) * 3 + k;
          for (let u = 0; u < factor; u++) sum += picture.data[row + 3 * u]!;
        }
        small.data[3 * (y * width! + x) + k] = Math.round(sum / factor ** 2);
      }
    }
  }
  return small;
}

/** A white picture. */
export function blankPicture(width: number, height: number): RgbPicture {
  return { width, height, channels: 3, data: new Uint8Array(3 * width * height).fill(BACKGROUND) };
}

function paste(onto: RgbPicture, { width, height, data }: RgbPicture, x: number, y: number): void {
  for (let row = 0; row < height; row++) {
    onto.data.set(
      data.subarray(3 * row * width, 3 * (row + 1) * width),
      3 * ((y + row) * onto.width + x),
    );
  }
}
