import { assert } from "@std/assert";
import { join } from "@std/path";
import { type RoomCamera, writeRoom } from "./room_capture.ts";
import { trained } from "./trained.ts";

const HEIGHT = 80;
const ITERATIONS = 800;
const FLAGS = `--eval -r 1 --disable_viewer --sh_degree 1 --random-points 12000 ` +
  `--iterations ${ITERATIONS} --position_lr_max_steps ${ITERATIONS} --densify_from_iter 100 ` +
  "--densify_until_iter 600 --densification_interval 50 --opacity_reset_interval 5000";

/** Sees all directions, longitude across and latitude down. */
const CAMERA: RoomCamera = {
  width: 2 * HEIGHT,
  height: HEIGHT,
  ray(column, row) {
    const longitude = Math.PI * ((column + 0.5) / HEIGHT - 1);
    const down = Math.PI * ((row + 0.5) / HEIGHT - 0.5);
    return [
      Math.cos(down) * Math.sin(longitude),
      -Math.sin(down),
      -Math.cos(down) * Math.cos(longitude),
    ];
  },
  calibration: { camera_model: "EQUIRECTANGULAR" },
};

Deno.test({
  name: "a room is learned from panoramas, by the Jacobian and by points",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const scene = join(folder, "scene");
      writeRoom(scene, CAMERA);
      for (const projection of ["ewa", "unscented"]) {
        const model = join(folder, projection);
        const words = ["-s", scene, "--projection", projection, ...FLAGS.split(" ")];
        const { psnr } = await trained(words, model);
        console.log(`  panoramas, ${projection}: PSNR of held-out views ${psnr.toFixed(2)}`);
        assert(psnr > 20, projection);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
