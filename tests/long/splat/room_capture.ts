import { join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";

/** Photos that were taken. */
export const VIEWS = 40;

/** Walls of a room of sides 4 with squares of two colours each, as a ray from within meets them. */
function colourOf(origin: readonly number[], ray: readonly number[]): number[] {
  let nearest = { away: Infinity, axis: 0 };
  ray.forEach((value, axis) => {
    const away = ((value > 0 ? 2 : -2) - origin[axis]!) / value;
    if (away < nearest.away) nearest = { away, axis };
  });
  const { away, axis } = nearest;
  const hit = ray.map((value, k) => origin[k]! + away * value);
  const [u, v] = hit.filter((_, k) => k !== axis) as [number, number];
  const square = (Math.floor(1.5 * u + 9) + Math.floor(1.5 * v + 9)) % 2;
  const side = ray[axis]! > 0 ? 1 : 0;
  const shade = 0.75 + 0.25 * Math.sin(3 * u) * Math.cos(2 * v);
  const base = square ? [220, 90 + 60 * axis, 60] : [40, 110 * side + 60, 120 + 50 * axis];
  return base.map((value) => shade * value);
}

/** A camera that photographs the room. */
export interface RoomCamera {
  readonly width: number;
  readonly height: number;
  /** Where the middle of a pixel looks, in OpenGL's axes (x right, y up, z back), a unit vector. */
  ray(column: number, row: number): readonly [number, number, number];
  /** What transforms.json says of it. */
  readonly calibration: Readonly<Record<string, string | number>>;
}

/** Leaves photos of a room from within, turned all around and nodding, as a scene of nerfstudio. */
export function writeRoom(folder: string, { width, height, ray, calibration }: RoomCamera): void {
  Deno.mkdirSync(join(folder, "images"), { recursive: true });
  const frames = Array.from({ length: VIEWS }, (_, i) => {
    const turn = 2 * Math.PI * i / VIEWS;
    const origin = [0.9 * Math.sin(5 * turn), 0.5 * Math.sin(3 * turn), 0.9 * Math.cos(4 * turn)];
    const [c, s, p, q] = [
      Math.cos(turn),
      Math.sin(turn),
      Math.cos(0.4 * Math.sin(7 * turn)),
      Math.sin(0.4 * Math.sin(7 * turn)),
    ];
    const axes = [[c, 0, -s], [s * q, p, c * q], [s * p, -q, c * p]];
    const data = new Uint8Array(3 * width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const local = ray(x, y);
        const towards = [0, 1, 2].map((k) =>
          axes.reduce((sum, axis, m) => sum + axis[k]! * local[m]!, 0)
        );
        data.set(colourOf(origin, towards), 3 * (y * width + x));
      }
    }
    const file_path = `images/${String(i).padStart(3, "0")}.png`;
    Deno.writeFileSync(join(folder, file_path), encodePng({ width, height, channels: 3, data }));
    const transform_matrix = [0, 1, 2].map((k) => [...axes.map((axis) => axis[k]!), origin[k]!]);
    return { file_path, transform_matrix: [...transform_matrix, [0, 0, 0, 1]] };
  });
  const camera = { w: width, h: height, ...calibration };
  Deno.writeTextFileSync(join(folder, "transforms.json"), JSON.stringify({ ...camera, frames }));
}
