import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { splatMetrics } from "../../../../cli/commands/splat/metrics.ts";
import type { ProgressEvent } from "../../../../cli/terminal/progress.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { rgbaPicture } from "../../../../data/pictures/picture.ts";
import { decodePng } from "../../../../data/pictures/png/png.ts";
import { encodeWebp } from "../../../../data/pictures/webp.ts";
import { pngOf } from "../../../../model/splat/measures/render_model.ts";
import { FIXTURE, picture, writeNarrow } from "../../../model/splat/lpips/made_up_lpips.ts";

// The command opens and closes a GPU of its own, which leaves timers of the driver behind.
const options = { sanitizeOps: false, sanitizeResources: false };

/** Writes pictures of two methods where render leaves them: the second's are perfect. */
function writeModel(model: string, [width, height]: readonly [number, number] = [37, 22]): void {
  for (const method of ["ours_7000", "ours_30000"]) {
    for (const folder of ["renders", "gt"]) {
      Deno.mkdirSync(join(model, "test", method, folder), { recursive: true });
      const seed = folder === "gt" || method === "ours_30000" ? 90 : 3;
      const file = join(model, "test", method, folder, "00000.png");
      Deno.writeFileSync(file, pngOf(picture(seed, width, height)));
    }
  }
}

async function withModel(work: (path: (name: string) => string) => Promise<void>) {
  const folder = Deno.makeTempDirSync();
  try {
    writeModel(join(folder, "model"));
    await work((name) => join(folder, name));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test({
  name: "splat metrics finds photos of another kind than the renders, and no other files",
  ...options,
  fn: () =>
    withModel(async (path) => {
      const method = path("model/test/ours_30000");
      const png = join(method, "gt/00000.png");
      const { width, height, data } = rgbaPicture(decodePng(Deno.readFileSync(png)));
      Deno.removeSync(png);
      Deno.writeFileSync(
        join(method, "gt/00000.WEBP"),
        await encodeWebp({ width, height, data }),
      );
      Deno.writeTextFileSync(join(method, "renders/.DS_Store"), "");
      const terminal = keepingTerminal();
      assertEquals(await splatMetrics.run(["-m", path("model")], terminal), 0);
      assertStringIncludes(terminal.out.join("\n"), "Method: ours_30000\n  SSIM :    1.0000000");
    }),
});

Deno.test({
  name: "splat metrics measures LPIPS where its weights are given, and prints as the reference",
  ...options,
  fn: () =>
    withModel(async (path) => {
      const { vgg, heads } = writeNarrow(path("."));
      const lpips = ["--lpips-weights", heads, "--vgg-weights", vgg];
      const terminal = keepingTerminal();
      const [model, broken] = [path("model"), path("broken")];
      writeModel(broken);
      Deno.writeTextFileSync(join(broken, "test/ours_7000/gt/00000.png"), "no picture");
      assertEquals(await splatMetrics.run(["-m", broken, model, ...lpips], terminal), 1);
      const wanted = FIXTURE.narrow.cases.find(({ width, signed }) => width === 37 && !signed)!;
      assertEquals(terminal.out.length, 9);
      assertEquals(terminal.out.slice(0, 2), [`Scene: ${model}`, "Method: ours_7000"]);
      assert(/^ {2}SSIM : {3,4}-?0\.\d{7}$/.test(terminal.out[2]!), terminal.out[2]);
      assert(/^ {2}PSNR : {4}\d\.\d{7}$/.test(terminal.out[3]!), terminal.out[3]);
      assert(
        terminal.out[4]!.startsWith(`  LPIPS:    ${wanted.double.toFixed(5)}`),
        terminal.out[4],
      );
      assertEquals(terminal.out[5], "Method: ours_30000");
      assertEquals(terminal.out[8], "  LPIPS:    0.0000000");
      assertStringIncludes(
        terminal.err.join("\n"),
        `Unable to compute metrics for model ${broken}`,
      );

      const text = Deno.readTextFileSync(join(model, "results.json"));
      const results = JSON.parse(text);
      assertEquals(Object.keys(results), ["ours_7000", "ours_30000"]);
      assertEquals(Object.keys(results.ours_7000), ["SSIM", "PSNR", "LPIPS"]);
      assertEquals(text.split("\n")[1], ' "ours_7000": {');
      const views = JSON.parse(Deno.readTextFileSync(join(model, "per_view.json")));
      assertEquals(Object.keys(views.ours_7000.LPIPS), ["00000.png"]);
      assert(Math.abs(views.ours_7000.LPIPS["00000.png"] - wanted.double) < 1e-6);
    }),
});

Deno.test({
  name: "splat metrics says once that LPIPS is left out, and what is wrong with its files",
  ...options,
  fn: () =>
    withModel(async (path) => {
      const terminal = keepingTerminal();
      const model = path("model");
      assertEquals(await splatMetrics.run(["-m", model, model, "--json"], terminal), 0);
      assertEquals(terminal.err.filter((line) => line.includes("LPIPS is left out")).length, 1);
      const { methods } = JSON.parse(terminal.out[0]!);
      assertEquals(Object.keys(methods.ours_7000.mean), ["SSIM", "PSNR"]);

      const { vgg, heads } = writeNarrow(path("."));
      const run = (words: string[]) => splatMetrics.run(["-m", model, ...words], keepingTerminal());
      await assertRejects(
        () => run(["--lpips-weights", heads]),
        UsageError,
        'Cannot measure LPIPS without "--vgg-weights"',
      );
      await assertRejects(
        () => run(["--lpips-weights", vgg, "--vgg-weights", heads]),
        SyntaxError,
        "VGG16 of torchvision and the v0.1 heads of VGG are needed",
      );
      const small = path("small");
      writeModel(small, [12, 12]);
      const words = ["-m", small, "--lpips-weights", heads, "--vgg-weights", vgg];
      const second = keepingTerminal();
      assertEquals(await splatMetrics.run(words, second), 1);
      assertStringIncludes(second.err.join("\n"), "they are 12 x 12, 16 x 16 pixels or more");
    }),
});

Deno.test({
  name: "splat metrics knows from the start how many views it measures",
  ...options,
  fn: () =>
    withModel(async (path) => {
      const events: ProgressEvent[] = [];
      const progress = { draw: (event: ProgressEvent) => void events.push(event) };
      await splatMetrics.run(["-m", path("model")], { ...keepingTerminal(), progress });
      assertEquals(events, [
        { type: "started", label: "measuring", unit: "view", total: 2 },
        { type: "step", done: 1 },
        { type: "step", done: 2 },
        { type: "finished" },
      ]);
      const nothing = keepingTerminal();
      assertEquals(await splatMetrics.run(["-m", path("nowhere")], nothing), 1);
      assertStringIncludes(nothing.err.at(-1)!, 'no such folder, "splat render" makes it');
      const gone = path("model/test/ours_7000/gt/00000.png");
      Deno.removeSync(gone);
      const partly = keepingTerminal();
      assertEquals(await splatMetrics.run(["-m", path("model")], partly), 1);
      assertStringIncludes(partly.err.at(-1)!, `Cannot read "${gone}": there is no such file`);
    }),
});
