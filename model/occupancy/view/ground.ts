import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import { drawText, textWidth } from "../../../data/drawing/text.ts";
import type { RgbPicture } from "../../../data/pictures/picture.ts";
import type { Stage } from "../../../gpu/ops/view/stage.ts";
import type { Vector } from "../../../gpu/ops/view/vector3.ts";
import type { ViewCamera, ViewGrid } from "../../../gpu/ops/view/voxel_view.ts";

// So many lines across a grid at least.
const LINES = 5;
const SPACINGS = [1, 2, 5, 10, 20, 50, 100];
// Figures stand so far outside of the grid, of its longer edge.
const OUTSIDE = 0.03;

/**
 * The ground of labels as they are drawn, with lines every so many metres: as high as half of its columns'
 * lowest voxels, or the grid's floor where there are none.
 */
export function groundOf(
  labels: ArrayLike<number>,
  { dims: [nx, ny, nz], origin, cell }: ViewGrid,
  { empty, ignored }: Pick<OccupancyTask, "empty" | "ignored">,
): Stage {
  const columns = new Uint32Array(nz + 1);
  const nothing = (label: number) => label === empty || ignored.includes(label);
  for (let column = 0; column < nx * ny; column++) {
    let z = 0;
    while (z < nz && nothing(labels[column * nz + z]!)) z++;
    columns[z]!++;
  }
  const half = (nx * ny - columns[nz]!) / 2;
  let [lowest, below] = [0, columns[0]!];
  while (half > 0 && below < half) below += columns[++lowest]!;
  const [x, y, z] = origin;
  const bounds = [x, y, x + nx * cell, y + ny * cell] as const;
  const extent = Math.max(nx, ny) * cell;
  const spacing = SPACINGS.filter((metres) => extent / metres >= LINES).at(-1) ?? extent;
  return { ground: z + (half > 0 ? lowest + 1 : 0) * cell, bounds, spacing };
}

/** Writes metres beside the two edges of the ground that are nearest to a camera: to the right, ahead. */
export function writeMetres(
  picture: RgbPicture,
  { bounds: [x0, y0, x1, y1], ground, spacing }: Stage,
  camera: ViewCamera,
): void {
  const size = Math.max(8, Math.min(16, Math.round(picture.height / 45)));
  const outside = OUTSIDE * Math.max(x1 - x0, y1 - y0);
  const [cameraX, cameraY] = camera.position;
  const y = cameraY <= (y0 + y1) / 2 ? y0 - outside : y1 + outside;
  const x = cameraX <= (x0 + x1) / 2 ? x0 - outside : x1 + outside;
  const write = (place: Vector, text: string) => {
    const at = pixelOf(place, camera);
    if (!at) return;
    const within = (middle: number, length: number, most: number) =>
      Math.round(Math.min(most - length - 1, Math.max(1, middle - length / 2)));
    const left = within(at[0], textWidth(text, size), picture.width);
    drawText(picture, text, { left, top: within(at[1], size, picture.height), size });
  };
  for (const along of multiples(x0, x1, 2 * spacing)) write([along, y, ground], `${along}`);
  for (const along of multiples(y0, y1, 2 * spacing)) write([x, along, ground], `${along}`);
}

function multiples(low: number, high: number, step: number): number[] {
  const [first, last] = [Math.ceil(low / step - 1e-6), Math.floor(high / step + 1e-6)];
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Where a camera sees a place, pixels; null behind it. */
export function pixelOf(
  place: Vector,
  { position, right, down, forward, tangents, width, height }: ViewCamera,
): [number, number] | null {
  const from = place.map((value, k) => value - position[k]!);
  const along = (axis: Vector) => from[0]! * axis[0] + from[1]! * axis[1] + from[2]! * axis[2];
  const depth = along(forward);
  if (depth <= 0) return null;
  return [
    (along(right) / depth / tangents[0] + 1) / 2 * width,
    (along(down) / depth / tangents[1] + 1) / 2 * height,
  ];
}
