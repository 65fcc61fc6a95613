import type { RgbPicture } from "../pictures/picture.ts";

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
): RgbPicture {
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
  return { width, height, channels: 3, data };
}
