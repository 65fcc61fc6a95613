import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { splatTrain } from "../../cli/commands/splat/train.ts";
import { encodePng } from "../../data/pictures/png/png.ts";
import { keepingTerminal } from "../cli/keeping_terminal.ts";
import type { Evaluated } from "./command_run.ts";

/** Pixels of a picture's side, and of it half a radian more than a quarter turn from edge to edge. */
const SIDE = 144;
const FOCAL = 46;
const BEND = [0.03, -0.008, 0.001, 0] as const;
const VIEWS = 40;
const ITERATIONS = 1200;
const FLAGS = `--eval -r 1 --disable_viewer --sh_degree 1 --random-points 12000 ` +
  `--iterations ${ITERATIONS} --position_lr_max_steps ${ITERATIONS} --densify_from_iter 100 ` +
  "--densify_until_iter 800 --densification_interval 50 --opacity_reset_interval 5000";

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

/** Angle off the axis of what is seen so many pixels from the middle. */
function angleAt(pixels: number): number {
  let [low, high] = [0, Math.PI];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const square = middle * middle;
    const stretch = BEND.reduceRight<number>((sum, k) => (sum + k) * square, 0) + 1;
    if (FOCAL * middle * stretch < pixels) low = middle;
    else high = middle;
  }
  return low;
}

function writeCapture(folder: string): void {
  Deno.mkdirSync(join(folder, "images"), { recursive: true });
  const frames = Array.from({ length: VIEWS }, (_, i) => {
    const turn = 2 * Math.PI * i / VIEWS;
    const origin = [0.9 * Math.sin(5 * turn), 0.5 * Math.sin(3 * turn), 0.9 * Math.cos(4 * turn)];
    // camera_to_world in OpenGL's axes: turned about y, then nodding.
    const [c, s, p, q] = [
      Math.cos(turn),
      Math.sin(turn),
      Math.cos(0.4 * Math.sin(7 * turn)),
      Math.sin(0.4 * Math.sin(7 * turn)),
    ];
    const axes = [[c, 0, -s], [s * q, p, c * q], [s * p, -q, c * p]];
    const data = new Uint8Array(3 * SIDE * SIDE);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const [u, v] = [x + 0.5 - SIDE / 2, y + 0.5 - SIDE / 2];
        const reach = Math.hypot(u, v);
        const angle = angleAt(reach);
        const local = [Math.sin(angle) * u / reach, -Math.sin(angle) * v / reach, -Math.cos(angle)];
        const ray = [0, 1, 2].map((k) =>
          axes.reduce((sum, axis, m) => sum + axis[k]! * local[m]!, 0)
        );
        data.set(colourOf(origin, ray), 3 * (y * SIDE + x));
      }
    }
    const file_path = `images/${String(i).padStart(3, "0")}.png`;
    Deno.writeFileSync(
      join(folder, file_path),
      encodePng({ width: SIDE, height: SIDE, channels: 3, data }),
    );
    const transform_matrix = [0, 1, 2].map((k) => [...axes.map((axis) => axis[k]!), origin[k]!]);
    return { file_path, transform_matrix: [...transform_matrix, [0, 0, 0, 1]] };
  });
  const camera = {
    camera_model: "OPENCV_FISHEYE",
    ...{ w: SIDE, h: SIDE, fl_x: FOCAL, fl_y: FOCAL, cx: SIDE / 2, cy: SIDE / 2 },
    ...{ k1: BEND[0], k2: BEND[1], k3: BEND[2], k4: BEND[3] },
  };
  Deno.writeTextFileSync(join(folder, "transforms.json"), JSON.stringify({ ...camera, frames }));
}

async function train(words: readonly string[], model: string): Promise<Evaluated> {
  assertEquals(await splatTrain.run([...words, "-m", model, "--overwrite"], keepingTerminal()), 0);
  const rows = Deno.readTextFileSync(join(model, "evaluations.jsonl")).trim().split("\n");
  return rows.map((row) => JSON.parse(row)).findLast(({ set }) => set === "test");
}

Deno.test({
  name:
    "a room through a fisheye of half a turn: trained through the lens it is no worse than straightened",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const scene = join(folder, "scene");
      writeCapture(scene);
      const words = ["-s", scene, ...FLAGS.split(" ")];
      const [native, straight] = [join(folder, "native"), join(folder, "straight")];
      const through = await train([...words, "--lenses", "native"], native);
      const byPoints = await train(
        [...words, "--lenses", "native", "--projection", "unscented"],
        join(folder, "by_points"),
      );
      const own = await train([...words, "--lenses", "undistort"], straight);
      // The straightened model on the whole pictures: drawn through the lens, without a step.
      const ply = join(straight, `point_cloud/iteration_${ITERATIONS}/point_cloud.ply`);
      const still = "--eval -r 1 --disable_viewer --sh_degree 1 --iterations 1 --test_iterations 1";
      const whole = await train(
        ["-s", scene, ...still.split(" "), "--lenses", "native", "--init-ply", ply],
        join(folder, "whole"),
      );
      console.log(
        `  through the lens: PSNR ${through.psnr.toFixed(2)} on the whole pictures, ` +
          `${byPoints.psnr.toFixed(2)} by points; straightened: ` +
          `${own.psnr.toFixed(2)} on what is left of them, ${whole.psnr.toFixed(2)} on the whole`,
      );
      assert(through.psnr >= whole.psnr, "native");
      assert(byPoints.psnr >= whole.psnr, "native, by points");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
