import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { decodePng } from "../../../data/pictures/png/png.ts";
import { writeReport } from "../../../model/run_report.ts";
import { SPLAT_DEFAULTS } from "../../../model/splat/config.ts";
import { trainScene } from "../../../model/splat/training/train_scene.ts";
import { gpuTest } from "../../support.ts";
import { withTinyScene } from "./tiny_scene.ts";

/** Names in the bytes of an event file; strings stand there as they are. */
function tagsOf(folder: string): string {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  const file = names.filter((name) => name.startsWith("events.out.tfevents.")).sort().at(-1)!;
  return new TextDecoder("latin1").decode(Deno.readFileSync(join(folder, file)));
}

gpuTest(
  "a splat training leaves events, pictures before and after, and a report tells of it",
  (gpu) =>
    withTinyScene(async (scene, path) => {
      const model = path("model");
      const options = {
        testIterations: [4],
        saveIterations: [6],
        checkpointIterations: [4],
        logEvery: 1,
        config: {
          ...SPLAT_DEFAULTS,
          source_path: scene,
          model_path: model,
          eval: true,
          iterations: 6,
          sh_degree: 0,
          appearance: "ppisp" as const,
          refine_poses: true,
        },
      };
      const inUse = gpu.memory.inUse;
      for await (const _ of trainScene(gpu, options));
      assertEquals(gpu.memory.inUse, inUse);
      const tags = tagsOf(model);
      for (
        const tag of [
          "train_loss_patches/l1_loss",
          "train_loss_patches/total_loss",
          "test/loss_viewpoint - psnr",
          "train/loss_viewpoint - l1_loss",
          "/render",
          "/ground_truth",
          "scene/opacity_histogram",
          "scene/scale_histogram",
          "total_points",
        ]
      ) assertStringIncludes(tags, tag);
      const pictures = () =>
        [...Deno.readDirSync(join(model, "pictures"))].map(({ name }) => name).sort();
      const named = (iteration: number) => `iteration_00000${iteration}.png`;
      assertEquals(pictures(), [0, 4, 6].map(named));
      const { width, height } = decodePng(Deno.readFileSync(join(model, "pictures", named(6))));
      assertEquals([width, height], [2 * 24 + 8, 24]);
      const run = JSON.parse(Deno.readTextFileSync(join(model, "run.json")));
      assertEquals([run.adapter, run.iterations, run.resumedAt], [gpu.name.description, 6, 0]);
      assert(run.finished.peakMemory > 0);

      // A resumed run takes the place of what came after its checkpoint.
      const startCheckpoint = join(model, "chkpnt4.safetensors");
      const config = { ...options.config, iterations: 5 };
      for await (const _ of trainScene(gpu, { ...options, config, startCheckpoint }));
      assertEquals(pictures(), [0, 4, 5].map(named));

      const { page, leftOut } = writeReport(model);
      assertEquals(leftOut, []);
      assertEquals(page, join(model, "report.html"));
      const text = Deno.readTextFileSync(page);
      for (
        const part of [
          "Before and after",
          "resumed at iteration 4",
          "Before training: drawn on the left",
          "After 5 iterations: drawn on the left",
          "PSNR dB, held out",
          "PSNR, colours corrected, dB",
          "iteration_6",
          "&#34;refine_poses&#34;: true",
          "&#34;sh_degree&#34;: 0",
        ]
      ) assertStringIncludes(text, part);
      assertEquals(text.match(/<img /g)?.length, 3);
      assertEquals(text.match(/<svg /g)?.length, 5);
      assertEquals(/(src|href)="(?!data:)|@import|url\(/.test(text), false);
    }),
);

Deno.test("a model of another trainer has a report too; a folder without one is refused", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertThrows(() => writeReport(folder), Error, "config.json");
    await Deno.writeTextFile(
      join(folder, "cfg_args"),
      "Namespace(source_path='/scenes/x', sh_degree=3)",
    );
    await Deno.writeTextFile(
      join(folder, "metrics.jsonl"),
      '{"iteration":1,"l1":0.2,"loss":0.3,"gaussians":5,"visible":4}\n' +
        '{"iteration":1,"l1":0.2,"loss":0.31,"gaussians":5,"visible":4}\n{"iteration":2,"l',
    );
    await Deno.writeTextFile(
      join(folder, "results.json"),
      '{"ours_7":{"SSIM":0.9,"PSNR":31.5,"LPIPS":null}}',
    );
    const text = await Deno.readTextFile(writeReport(folder, join(folder, "page.html")).page);
    for (const part of ["/scenes/x", "ours_7", "31.5000", "0.31000"]) {
      assertStringIncludes(text, part);
    }
    await Deno.writeTextFile(join(folder, "results.json"), "{");
    assertMatch(writeReport(folder).leftOut.join("\n"), /results\.json: it is not JSON/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
