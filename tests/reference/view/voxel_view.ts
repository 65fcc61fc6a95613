import { groundInk, INK, rayToCar, type Staged } from "./stage.ts";
import type { ViewCamera, ViewGrid } from "../../../gpu/ops/view/voxel_view.ts";

/** RGB bytes [height, width, 3] of voxels with one ray through the middle of each pixel: every occupied cube is tried. */
export function voxelView(
  labels: ArrayLike<number>,
  palette: readonly (readonly [number, number, number])[],
  { dims, origin, cell }: ViewGrid,
  camera: ViewCamera,
  stage?: Staged,
): Uint8Array {
  const { width, height, tangents, position, right, down, forward } = camera;
  const picture = new Uint8Array(3 * width * height).fill(255);
  for (let at = 0; at < width * height; at++) {
    const x = (2 * (at % width + 0.5) / width - 1) * tangents[0];
    const y = (2 * (Math.floor(at / width) + 0.5) / height - 1) * tangents[1];
    const ray = [0, 1, 2].map((k) => forward[k]! + x * right[k]! + y * down[k]!);
    let best = Infinity;
    for (let i = 0; i < labels.length; i++) {
      const colour = palette[labels[i]!];
      if (!colour) continue;
      const index = [
        Math.floor(i / (dims[1] * dims[2])),
        Math.floor(i / dims[2]) % dims[1],
        i % dims[2],
      ];
      let [enter, leave, axis] = [-Infinity, Infinity, 2];
      for (let k = 0; k < 3; k++) {
        const low = origin[k]! + cell * index[k]!;
        const a = (low - position[k]!) / ray[k]!;
        const b = (low + cell - position[k]!) / ray[k]!;
        if (Math.min(a, b) > enter) [enter, axis] = [Math.min(a, b), k];
        leave = Math.min(leave, Math.max(a, b));
      }
      if (enter < 0 || enter >= leave || enter >= best) continue;
      best = enter;
      const edges = [0, 1, 2].filter((k) => k !== axis).map((k) => {
        const inside = (position[k]! + enter * ray[k]! - origin[k]!) / cell - index[k]!;
        return Math.min(inside, 1 - inside);
      });
      const face = axis === 0 ? 0.72 : axis === 1 ? 0.85 : ray[2]! < 0 ? 1 : 0.5;
      const light = face * (Math.min(...edges) < 0.05 ? 0.72 : 1) *
        (0.75 + 0.25 * (index[2]! + 0.5) / dims[2]);
      colour.forEach((part, k) => picture[3 * at + k] = Math.round(255 * part * light));
    }
    if (stage) {
      const from = [position[0], position[1], position[2] - stage.ground];
      const car = rayToCar(from, ray);
      if (car.depth < best) {
        car.colour.forEach((part, k) => picture[3 * at + k] = Math.round(255 * part));
        continue;
      }
      const low = Math.abs(from[2]! + best * ray[2]!) < 1;
      const ground = low ? best : (0.04 - from[2]!) / ray[2]!;
      if (!(ground > 0 && ground <= best)) continue;
      const ink = groundInk(
        [from[0]! + ground * ray[0]!, from[1]! + ground * ray[1]!],
        ground * 2 * tangents[0] / width,
        stage,
      );
      INK.forEach((part, k) => {
        const shown = picture[3 * at + k]!;
        picture[3 * at + k] = Math.round(shown + ink * (255 * part - shown));
      });
    }
  }
  return picture;
}
