import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { splatMetrics } from "../../../../cli/commands/splat/metrics.ts";
import { splatRender } from "../../../../cli/commands/splat/render.ts";
import { splatTrain } from "../../../../cli/commands/splat/train.ts";
import type { ProfileRow } from "../../../../gpu/profile.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { decodePng } from "../../../../data/pictures/png/png.ts";
import { readSplats } from "../../../../data/splats/read_splats.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { madeUpSplats } from "../../../data/splats/made_up.ts";
import { withTinyScene } from "../../../model/splat/tiny_scene.ts";

const jsonLines = (text: string) => text.trim().split("\n").map((line) => JSON.parse(line));

// The commands open and close a GPU of their own, which leaves timers of the driver behind.
const options = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  name: "splat train, render and metrics on a made-up scene leave the reference's folder",
  ...options,
  fn: async () => {
    await withTinyScene(async (scene, path) => {
      const start = path("start.ply");
      const splats = madeUpSplats(60, 1);
      splats.positions[5] = NaN;
      await writeSplats(start, splats);
      const model = path("model");
      const train = `-s ${scene} -m ${model} --eval --sh_degree 1 --iterations 12 ` +
        `--init-ply ${start} --log-every 1 --test_iterations 12 --save_iterations 6 --save-every 5 ` +
        "--checkpoint_iterations 8 --densify_until_iter 0 --json -w";
      const terminal = keepingTerminal();
      assertEquals(await splatTrain.run(train.split(" "), terminal), 0);
      const events = terminal.out.map((line) => JSON.parse(line));
      assertEquals(events.filter(({ type }) => type === "step").length, 12);
      assertEquals(
        events.filter(({ type }) => type === "saved").map(({ iteration }) => iteration),
        [5, 6, 10, 12],
      );
      assert(events[0].text.startsWith("1 of 60 Gaussians"), events[0].text);

      const rows = jsonLines(await Deno.readTextFile(join(model, "metrics.jsonl")));
      assertEquals(
        rows.map(({ iteration }) => iteration),
        Array.from({ length: 12 }, (_, i) => i + 1),
      );
      assert(rows.every(({ l1, loss, gaussians }) => l1 > 0 && loss > 0 && gaussians === 59));
      const cameras = JSON.parse(await Deno.readTextFile(join(model, "cameras.json")));
      assertEquals(cameras.length, 8);
      assertEquals(
        Object.keys(cameras[0]).join(),
        "id,img_name,width,height,position,rotation,fy,fx",
      );
      const exposures = JSON.parse(await Deno.readTextFile(join(model, "exposure.json")));
      assertEquals(Object.keys(exposures).length, 6);
      for (const iteration of [6, 12]) {
        const ply = join(model, `point_cloud/iteration_${iteration}/point_cloud.ply`);
        assertEquals((await readSplats(ply)).splats.count, 59);
      }
      for (const name of ["cfg_args", "input.ply", "chkpnt8.safetensors", "evaluations.jsonl"]) {
        assert(Deno.statSync(join(model, name)).isFile, name);
      }

      // Going on from the checkpoint gives the same file, and the rows go on from there; so does a run whose
      // kernels are timed, which lists them.
      const rest = path("rest");
      const resume = `${
        train.replace(model, rest)
      } --start_checkpoint ${model}/chkpnt8.safetensors --profile`;
      const timed = keepingTerminal();
      assertEquals(await splatTrain.run(resume.split(" "), timed), 0);
      const { profile } = JSON.parse(timed.out.at(-1)!) as { profile: ProfileRow[] };
      const row = profile.find(({ kernel }) => kernel === "blend_backward_pairs")!;
      assertEquals([row.calls, row.milliseconds > 0], [4, true]);
      assertEquals(
        Deno.readFileSync(join(rest, "point_cloud/iteration_12/point_cloud.ply")),
        Deno.readFileSync(join(model, "point_cloud/iteration_12/point_cloud.ply")),
      );
      assertEquals(
        jsonLines(await Deno.readTextFile(join(rest, "metrics.jsonl"))),
        rows.slice(8),
      );

      assertEquals(await splatRender.run(["-m", model], keepingTerminal()), 0);
      const drawn = join(model, "test/ours_12");
      const picture = decodePng(Deno.readFileSync(join(drawn, "renders/00001.png")));
      assertEquals([picture.width, picture.height, picture.channels], [24, 24, 3]);
      assertEquals([...Deno.readDirSync(join(model, "train/ours_12/gt"))].length, 6);

      const measured = keepingTerminal();
      assertEquals(await splatMetrics.run(["-m", model, "--json"], measured), 0);
      const { methods } = JSON.parse(measured.out[0]!);
      const evaluated = jsonLines(await Deno.readTextFile(join(model, "evaluations.jsonl")))[0];
      // The last iteration takes no step, so what was saved is what was evaluated.
      assert(Math.abs(methods.ours_12.mean.PSNR - evaluated.psnr) < 1e-3);
      assert(Math.abs(methods.ours_12.mean.SSIM - evaluated.ssim) < 1e-4);
      assert(Deno.statSync(join(model, "results.json")).isFile);
      assert(Deno.statSync(join(model, "per_view.json")).isFile);
      assertEquals(await splatMetrics.run(["-m", path("none")], keepingTerminal()), 1);
    });
  },
});

Deno.test({
  name: "splat train says what is wrong with what it is given",
  ...options,
  fn: async () => {
    await withTinyScene(async (scene, path) => {
      const run = (words: string) =>
        splatTrain.run([...words.split(" "), "-m", path("m")], keepingTerminal());
      await assertRejects(() => run(`-s ${path("nowhere")}`), Error, "Cannot read scene");
      await assertRejects(
        () => run(`-s ${scene} --init-ply ${join(scene, "transforms_train.json")}`),
        SyntaxError,
        "holds no trained Gaussians",
      );
      await assertRejects(
        () => run(`-s ${scene} --start_checkpoint ${join(scene, "train/r_0.png")}`),
        SyntaxError,
        "Cannot read",
      );
    });
  },
});
