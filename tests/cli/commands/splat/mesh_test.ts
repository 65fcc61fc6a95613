import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { mesh } from "../../../../cli/commands/splat/mesh.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { readPly } from "../../../../data/formats/ply.ts";
import { allocateSplats } from "../../../../data/splats/splats.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { gpuTest } from "../../../support.ts";

const RADIUS = 0.5;
const CENTRE = [0.3, -0.2, 0.1];

/** Round opaque Gaussians spread evenly over a sphere, the upper half red. */
function sphere(count: number) {
  const splats = allocateSplats(count, 0);
  for (let i = 0; i < count; i++) {
    const y = 1 - 2 * (i + 0.5) / count;
    const turn = Math.PI * (3 - Math.sqrt(5)) * i;
    const ring = Math.sqrt(1 - y * y);
    const at = [ring * Math.cos(turn), y, ring * Math.sin(turn)];
    splats.positions.set(at.map((v, k) => CENTRE[k]! + RADIUS * v), 3 * i);
    splats.shDc.set(y < 0 ? [1.7, -1.7, -1.7] : [-1.7, 1.7, -1.7], 3 * i);
  }
  splats.quaternions.forEach((_, i) => splats.quaternions[i] = Number(i % 4 === 0));
  splats.logScales.fill(Math.log(0.035));
  splats.opacities.fill(6);
  return splats;
}

gpuTest("splat mesh makes the surface that Gaussians show, with its colours", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [from, to] = [`${folder}/ball.ply`, `${folder}/mesh.ply`];
    await writeSplats(from, sphere(1500));
    const terminal = keepingTerminal();
    assertEquals(await mesh.run([from, to, "--voxel-size", "0.05", "--json"], terminal), 0);
    const report = JSON.parse(terminal.out[0]!);
    assertEquals([report.gaussians, report.views, report.dropped], [1500, 64, 0]);
    const { count, properties } = readPly(to).elements.get("vertex")!;
    assert(count > 300, `${count} vertices`);
    const column = (name: string) => properties.get(name) as Float32Array;
    const [x, y, z, red] = ["x", "y", "z", "red"].map(column);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const away = [x![i]!, y![i]!, z![i]!].map((v, k) => v - CENTRE[k]!);
      const radius = Math.hypot(...away);
      assertAlmostEquals(radius, RADIUS, 0.12);
      sum += radius / count;
      if (Math.abs(away[1]!) > 0.1) assertEquals(red![i]! > 127, away[1]! < 0, `${away}`);
    }
    // Round Gaussians on a surface show it in front of their middles, by up to two deviations.
    assert(sum > RADIUS - 0.01 && sum < RADIUS + 0.07, `${sum}`);
    await assertRejects(
      () => mesh.run([from, to, "--range", "5,5,5,6,6,6", "--overwrite"], keepingTerminal()),
      RangeError,
      "views show no surface",
    );
    await assertRejects(
      () => mesh.run([from, `${folder}/a.obj`], keepingTerminal()),
      UsageError,
      ".glb or .ply",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
