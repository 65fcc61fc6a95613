import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { mesh } from "../../../cli/commands/splat/mesh.ts";
import { splatTrain } from "../../../cli/commands/splat/train.ts";
import { readPly } from "../../../data/formats/ply.ts";
import { keepingTerminal } from "../../cli/keeping_terminal.ts";
import { writeTinyScene } from "../../model/splat/tiny_scene.ts";

const ITERATIONS = 1500;
const FLAGS = `--iterations ${ITERATIONS} --position_lr_max_steps ${ITERATIONS} -w --eval ` +
  "--random-points 4000 --densify_from_iter 100 --densify_until_iter 1000 " +
  "--densification_interval 50 --opacity_reset_interval 500 --sh_degree 1 --disable_viewer";
/** The scene's balls: place and radius. */
const BALLS = [[0, 0, 0, 0.5], [0.5, 0.3, 0.2, 0.3], [-0.4, 0.2, -0.4, 0.35]] as const;
/** Points of the true surface. */
const SAMPLES = 8000;

/** Distance from the surface of all balls together; negative within. */
function distance(p: readonly number[]): number {
  return Math.min(...BALLS.map(([x, y, z, r]) => Math.hypot(p[0]! - x, p[1]! - y, p[2]! - z) - r));
}

/** Points on the outside of the balls, evenly by area. */
function truth(): number[][] {
  const area = BALLS.reduce((sum, [, , , r]) => sum + r * r, 0);
  return BALLS.flatMap(([x, y, z, r]) => {
    const count = Math.round(SAMPLES * r * r / area);
    return Array.from({ length: count }, (_, i) => {
      const up = 1 - 2 * (i + 0.5) / count;
      const turn = Math.PI * (3 - Math.sqrt(5)) * i;
      const ring = Math.sqrt(1 - up * up);
      return [x + r * ring * Math.cos(turn), y + r * up, z + r * ring * Math.sin(turn)];
    });
  }).filter((p) => distance(p) > -1e-6);
}

Deno.test({
  name: "a trained scene of balls: the mesh is near the true surface, both ways",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    try {
      writeTinyScene(join(folder, "scene"), { size: 128, train: 40, test: 4, rings: 3 });
      const words = ["-s", join(folder, "scene"), "-m", join(folder, "model"), ...FLAGS.split(" ")];
      assertEquals(await splatTrain.run(words, keepingTerminal()), 0);
      const out = join(folder, "mesh.ply");
      const terminal = keepingTerminal();
      assertEquals(await mesh.run([join(folder, "model"), out], terminal), 0);
      console.log(`  ${terminal.out.join("\n")}`);
      const { count, properties } = readPly(out).elements.get("vertex")!;
      const columns = ["x", "y", "z"].map((name) => properties.get(name) as Float32Array);
      const vertices = Array.from({ length: count }, (_, i) => columns.map((column) => column[i]!));
      const accuracy = vertices.reduce((sum, p) => sum + Math.abs(distance(p)) / count, 0);
      const surface = truth();
      const nearest = (p: readonly number[]) =>
        vertices.reduce(
          (least, v) => Math.min(least, Math.hypot(v[0]! - p[0]!, v[1]! - p[1]!, v[2]! - p[2]!)),
          Infinity,
        );
      const completeness = surface.reduce((sum, p) => sum + nearest(p) / surface.length, 0);
      console.log(
        `  mesh to surface ${accuracy.toFixed(4)}, surface to mesh ${completeness.toFixed(4)}, ` +
          `Chamfer distance (their mean) ${((accuracy + completeness) / 2).toFixed(4)}, ` +
          "the largest ball's radius is 0.5",
      );
      assert(accuracy < 0.05 && completeness < 0.05);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
