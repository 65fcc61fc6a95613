/** An RGB picture, three bytes a pixel, row by row from the top. */
export interface Picture {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** RGB, row by row from the top. */
  readonly data: Uint8Array;
}

/** Colours of the classes 0 to 16 as the original draws them; 17 is empty and not drawn. */
export const PALETTE: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [255, 120, 50],
  [255, 192, 203],
  [255, 255, 0],
  [0, 150, 245],
  [0, 255, 255],
  [255, 127, 0],
  [255, 0, 0],
  [255, 240, 150],
  [135, 60, 0],
  [160, 32, 240],
  [255, 0, 255],
  [139, 137, 137],
  [75, 0, 75],
  [150, 240, 80],
  [230, 230, 250],
  [0, 175, 0],
];
const BACKGROUND = 255;
const EMPTY = 17;

/**
 * Occupancy seen from above, forward up and right to the right: the highest occupied voxel of each
 * column, darker the lower it lies. `labels` has x slowest, then y, then z.
 */
export function birdsEye(
  labels: ArrayLike<number>,
  [nx, ny, nz]: readonly [number, number, number],
  scale = 1,
): Picture {
  const [width, height] = [nx * scale, ny * scale];
  const data = new Uint8Array(3 * width * height).fill(BACKGROUND);
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      const column = (x * ny + y) * nz;
      let z = nz - 1;
      while (z >= 0 && (labels[column + z] === EMPTY || labels[column + z] === 0)) z--;
      if (z < 0) continue;
      const shade = 0.6 + 0.4 * (z + 1) / nz;
      const colour = PALETTE[labels[column + z]!]!.map((value) => Math.round(value * shade));
      for (let v = 0; v < scale; v++) {
        for (let u = 0; u < scale; u++) {
          data.set(colour, 3 * (((ny - 1 - y) * scale + v) * width + x * scale + u));
        }
      }
    }
  }
  return { width, height, data };
}

/** Pictures of one size [count, height, width, 3] side by side, `columns` in a row. */
export function contactSheet(
  images: Uint8Array,
  [count, height, width]: readonly [number, number, number],
  columns: number,
): Picture {
  const rows = Math.ceil(count / columns);
  const sheet = blankPicture(columns * width, rows * height);
  for (let i = 0; i < count; i++) {
    const data = images.subarray(i * 3 * height * width, (i + 1) * 3 * height * width);
    paste(sheet, { width, height, data }, (i % columns) * width, Math.floor(i / columns) * height);
  }
  return sheet;
}

/** Pictures beside each other on white, aligned at the top, `gap` pixels apart. */
export function beside(pictures: readonly Picture[], gap = 8): Picture {
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
export function above(pictures: readonly Picture[], gap = 8): Picture {
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
export function shrunk(picture: Picture, most: number): Picture {
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
export function blankPicture(width: number, height: number): Picture {
  return { width, height, data: new Uint8Array(3 * width * height).fill(BACKGROUND) };
}

function paste(onto: Picture, { width, height, data }: Picture, x: number, y: number): void {
  for (let row = 0; row < height; row++) {
    onto.data.set(
      data.subarray(3 * row * width, 3 * (row + 1) * width),
      3 * ((y + row) * onto.width + x),
    );
  }
}
