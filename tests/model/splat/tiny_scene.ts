import { join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";

/** Balls of the made-up scene: place, radius, colour. */
const BALLS: readonly [number[], number, number[]][] = [
  [[0, 0, 0], 0.5, [220, 40, 30]],
  [[0.5, 0.3, 0.2], 0.3, [30, 200, 60]],
  [[-0.4, 0.2, -0.4], 0.35, [40, 60, 230]],
];

/** Field of view of its cameras, radians. */
const ANGLE = 0.7;

/** A camera on a circle around the balls, looking at them: camera_to_world in OpenGL's axes. */
function pose(turn: number, height: number): number[][] {
  const position = [3 * Math.sin(turn), height, 3 * Math.cos(turn)];
  const back = unit(position);
  const right = unit([back[2]!, 0, -back[0]!]);
  const up = [
    back[1]! * right[2]! - back[2]! * right[1]!,
    back[2]! * right[0]! - back[0]! * right[2]!,
    back[0]! * right[1]! - back[1]! * right[0]!,
  ];
  return [0, 1, 2].map((k) => [right[k]!, up[k]!, back[k]!, position[k]!]).concat([[0, 0, 0, 1]]);
}

/** Writes a scene of NeRF's synthetic kind: balls of one colour each, RGBA pictures of their outlines. */
export function writeTinyScene(
  folder: string,
  { size = 24, train = 6, test = 2, rings = 1 }: {
    size?: number;
    train?: number;
    test?: number;
    /** Circles of cameras, one above the other. */
    rings?: number;
  } = {},
): void {
  for (const [set, count] of [["train", train], ["test", test]] as const) {
    Deno.mkdirSync(join(folder, set), { recursive: true });
    const frames = Array.from({ length: count }, (_, i) => {
      const turn = (2 * Math.PI * (i + (set === "test" ? 0.5 : 0))) / count;
      const matrix = pose(turn, rings === 1 ? -0.6 : 2 * (2 * (i % rings) / (rings - 1) - 1));
      const picture = { width: size, height: size, channels: 4, data: draw(matrix, size) };
      Deno.writeFileSync(join(folder, set, `r_${i}.png`), encodePng(picture));
      return { file_path: `./${set}/r_${i}`, transform_matrix: matrix };
    });
    const json = JSON.stringify({ camera_angle_x: ANGLE, frames });
    Deno.writeTextFileSync(join(folder, `transforms_${set}.json`), json);
  }
}

/** Runs `work` on a made-up scene in a folder that is gone afterwards. */
export async function withTinyScene(
  work: (scene: string, path: (name: string) => string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    writeTinyScene(join(folder, "scene"));
    await work(join(folder, "scene"), (name) => join(folder, name));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function draw(matrix: number[][], size: number): Uint8Array {
  const data = new Uint8Array(4 * size * size);
  const focal = size / (2 * Math.tan(ANGLE / 2));
  const origin = matrix.slice(0, 3).map((row) => row[3]!);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const local = [(x + 0.5 - size / 2) / focal, -(y + 0.5 - size / 2) / focal, -1];
      const ray = unit([0, 1, 2].map((k) => dot(matrix[k]!, local)));
      let nearest = Infinity;
      for (const [centre, radius, colour] of BALLS) {
        const to = centre.map((value, k) => value - origin[k]!);
        const along = dot(to, ray);
        const miss = dot(to, to) - along * along;
        if (miss > radius * radius || along > nearest) continue;
        nearest = along;
        data.set([...colour, 255], 4 * (y * size + x));
      }
    }
  }
  return data;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

function unit(v: readonly number[]): number[] {
  const length = Math.hypot(...v);
  return v.map((value) => value / length);
}
