import { assert } from "@std/assert";
import { join } from "@std/path";
import { type RoomCamera, writeRoom } from "./room_capture.ts";
import { trained } from "./trained.ts";

/** Pixels of a picture's side, and of it half a radian more than a quarter turn from edge to edge. */
const SIDE = 144;
const FOCAL = 46;
const BEND = [0.03, -0.008, 0.001, 0] as const;
const ITERATIONS = 1200;
const FLAGS = `--eval -r 1 --disable_viewer --sh_degree 1 --random-points 12000 ` +
  `--iterations ${ITERATIONS} --position_lr_max_steps ${ITERATIONS} --densify_from_iter 100 ` +
  "--densify_until_iter 800 --densification_interval 50 --opacity_reset_interval 5000";

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

/** The fisheye that the room is photographed through. */
const CAMERA: RoomCamera = {
  width: SIDE,
  height: SIDE,
  ray(column, row) {
    const [u, v] = [column + 0.5 - SIDE / 2, row + 0.5 - SIDE / 2];
    const reach = Math.hypot(u, v);
    const angle = angleAt(reach);
    return [Math.sin(angle) * u / reach, -Math.sin(angle) * v / reach, -Math.cos(angle)];
  },
  calibration: {
    camera_model: "OPENCV_FISHEYE",
    ...{ fl_x: FOCAL, fl_y: FOCAL, cx: SIDE / 2, cy: SIDE / 2 },
    ...{ k1: BEND[0], k2: BEND[1], k3: BEND[2], k4: BEND[3] },
  },
};

Deno.test({
  name:
    "a room through a fisheye of half a turn: trained through the lens it is no worse than straightened",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const scene = join(folder, "scene");
      writeRoom(scene, CAMERA);
      const words = ["-s", scene, ...FLAGS.split(" ")];
      const [native, straight] = [join(folder, "native"), join(folder, "straight")];
      const through = await trained([...words, "--lenses", "native"], native);
      const byPoints = await trained(
        [...words, "--lenses", "native", "--projection", "unscented"],
        join(folder, "by_points"),
      );
      const own = await trained([...words, "--lenses", "undistort"], straight);
      // The straightened model on the whole pictures: drawn through the lens, without a step.
      const ply = join(straight, `point_cloud/iteration_${ITERATIONS}/point_cloud.ply`);
      const still = "--eval -r 1 --disable_viewer --sh_degree 1 --iterations 1 --test_iterations 1";
      const whole = await trained(
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
