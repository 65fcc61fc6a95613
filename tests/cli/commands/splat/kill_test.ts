import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readSplatCheckpoint } from "../../../../model/splat/training/splat_checkpoint.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { madeUpSplats } from "../../../data/splats/made_up.ts";
import { withTinyScene } from "../../../model/splat/tiny_scene.ts";

const MAIN = fromFileUrl(new URL("../../../../cli/main.ts", import.meta.url));
const ITERATIONS = 24;

function start(words: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "splat", "train", ...words],
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

async function finish(process: Deno.ChildProcess): Promise<Deno.CommandStatus & { said: string }> {
  const said = await new Response(process.stderr).text();
  return { ...await process.status, said };
}

/** Whether the folder has a whole checkpoint and one that is being written. */
function writesAnother(folder: string): boolean {
  try {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    return names.some((name) => /^chkpnt\d+/.test(name)) &&
      names.some((name) => name.startsWith(".chkpnt"));
  } catch {
    return false;
  }
}

Deno.test("a training that is killed while it writes goes on to the same bits", async () => {
  await withTinyScene(async (scene, path) => {
    // Many of them, so that writing a checkpoint takes long enough to be caught at.
    await writeSplats(path("start.ply"), madeUpSplats(6000, 3));
    const words = (model: string) => [
      ...`-s ${scene} -m ${path(model)} --eval --iterations ${ITERATIONS} --log-every 1`.split(" "),
      ...`--init-ply ${path("start.ply")} --random_background --train_test_exp`.split(" "),
      ..."--densify_from_iter 4 --densification_interval 6 --densify_until_iter 20".split(" "),
      ..."--densify_grad_threshold 0.01 --opacity_reset_interval 15".split(" "),
      ..."--test_iterations -1 --save_iterations 24 --checkpoint_iterations".split(" "),
      ...Array.from({ length: ITERATIONS - 1 }, (_, i) => String(i + 1)),
    ];
    const victim = start(words("killed"));
    while (!writesAnother(path("killed"))) await new Promise((done) => setTimeout(done, 1));
    victim.kill("SIGKILL");
    assertEquals((await finish(victim)).signal, "SIGKILL");
    const { checkpoint } = readSplatCheckpoint(path("killed"));
    const { step: iteration } = checkpoint.state;
    assert(iteration >= 1 && iteration < ITERATIONS, `killed at ${iteration}`);

    const resumed = await finish(start([...words("killed"), "--start_checkpoint", path("killed")]));
    assertEquals(resumed.code, 0, resumed.said);
    const whole = await finish(start(words("whole")));
    assertEquals(whole.code, 0, whole.said);
    const last = `point_cloud/iteration_${ITERATIONS}/point_cloud.ply`;
    for (const name of [last, "metrics.jsonl", "exposure.json", "input.ply"]) {
      const read = (model: string) => Deno.readFileSync(join(path(model), name));
      assertEquals(read("killed"), read("whole"), `${name} after a kill at ${iteration}`);
    }
    const left = [...Deno.readDirSync(path("killed"))].map(({ name }) => name);
    assertEquals(left.filter((name) => name.endsWith(".tmp")), []);
  });
});
