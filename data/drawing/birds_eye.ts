import type { RgbPicture } from "../pictures/picture.ts";
import { blankPicture } from "../pictures/sheet.ts";
import type { OccupancyTask } from "../occupancy/task.ts";

/**
 * Occupancy seen from above, the second axis up and the first one to the right: the highest occupied
 * voxel of each column, darker the lower it lies. `labels` has x slowest, then y, then z.
 */
export function birdsEye(
  labels: ArrayLike<number>,
  [nx, ny, nz]: readonly [number, number, number],
  { palette, empty, ignored }: Pick<OccupancyTask, "palette" | "empty" | "ignored">,
  scale = 1,
): RgbPicture {
  const [width, height] = [nx * scale, ny * scale];
  const { data } = blankPicture(width, height);
  const nothing = (label: number) => label === empty || ignored.includes(label);
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      const column = (x * ny + y) * nz;
      let z = nz - 1;
      while (z >= 0 && nothing(labels[column + z]!)) z--;
      if (z < 0) continue;
      const shade = 0.6 + 0.4 * (z + 1) / nz;
      const colour = palette[labels[column + z]!]!.map((value) => Math.round(value * shade));
      for (let v = 0; v < scale; v++) {
        for (let u = 0; u < scale; u++) {
          data.set(colour, 3 * (((ny - 1 - y) * scale + v) * width + x * scale + u));
        }
      }
    }
  }
  return { width, height, channels: 3, data };
}
