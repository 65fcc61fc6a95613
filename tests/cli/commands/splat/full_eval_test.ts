import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { splatFullEval } from "../../../../cli/commands/splat/full_eval.ts";
import {
  evalScenes,
  measuredIterations,
  renderWords,
  timingText,
  trainWords,
} from "../../../../cli/commands/splat/full_eval_plan.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { encodePointCloud } from "../../../../data/scenes/points/point_cloud.ts";
import { noise } from "../../../noise.ts";
import { writeNarrow } from "../../../model/splat/lpips/made_up_lpips.ts";
import { writeTinyScene } from "../../../model/splat/tiny_scene.ts";

// The commands open and close GPUs of their own, which leaves timers of the driver behind.
const options = { sanitizeOps: false, sanitizeResources: false };

const PLAIN = {
  use_depth: false,
  use_expcomp: false,
  fast: false,
  aa: false,
  iterations: undefined,
  resolution: undefined,
  seed: undefined,
};

Deno.test("splat full-eval's commands are the reference's", () => {
  const scenes = evalScenes({ m360: "/360", tandt: "/tat", db: "/db", scenes: [], output: "out" });
  assertEquals(
    scenes.map(({ name }) => name).join(" "),
    "bicycle flowers garden stump treehill room counter kitchen bonsai truck train drjohnson playroom",
  );
  const [bicycle, truck] = [scenes[0]!, scenes[9]!];
  assertEquals(
    trainWords(bicycle, PLAIN).join(" "),
    "-s /360/bicycle -i images_4 -m out/bicycle --disable_viewer --quiet --eval --test_iterations -1",
  );
  assertEquals(trainWords(scenes[5]!, PLAIN).slice(2, 4), ["-i", "images_2"]);
  assertEquals(
    trainWords(truck, { ...PLAIN, use_depth: true, use_expcomp: true, fast: true, aa: true })
      .join(" "),
    "-s /tat/truck -m out/truck --disable_viewer --quiet --eval --test_iterations -1 -d depths2/ " +
      "--exposure_lr_init=0.001 --exposure_lr_final=0.0001 --exposure_lr_delay_steps=5000 " +
      "--exposure_lr_delay_mult=0.001 --train_test_exp --optimizer_type sparse_adam --antialiasing",
  );
  assertEquals(
    renderWords(truck, 7000, { ...PLAIN, use_expcomp: true, aa: true }).join(" "),
    "--iteration 7000 -s /tat/truck -m out/truck --quiet --eval --skip_train --antialiasing " +
      "--train_test_exp",
  );
  assertEquals(measuredIterations(PLAIN), [7000, 30000]);
  assertEquals(measuredIterations({ ...PLAIN, iterations: 9000 }), [7000, 9000]);
  assertEquals(
    timingText(new Map([["m360", 1.5], ["tandt", 2], ["db", 0.25]])),
    "m360: 1.5 minutes\n tandt: 2 minutes\n db: 0.25 minutes\n",
  );
});

/** A scene of two balls with a few points to start from. */
function writeScene(folder: string): string {
  writeTinyScene(folder);
  const positions = Float32Array.from(noise(5, 150, -0.6, 0.6));
  const colours = new Uint8Array(150).fill(120);
  Deno.writeFileSync(join(folder, "points3d.ply"), encodePointCloud({ positions, colours }));
  return folder;
}

async function inFolder(work: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await work((name) => join(folder, name));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function run(words: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const terminal = keepingTerminal();
  return { code: await splatFullEval.run(words, terminal), ...terminal };
}

Deno.test({
  name: "splat full-eval trains, renders and measures what is there, and skips what it is told to",
  ...options,
  fn: () =>
    inFolder(async (path) => {
      writeScene(path("360/garden"));
      const balls = writeScene(path("balls"));
      const out = path("out");
      const roots = ["-m360", path("360"), "--scenes", balls, path("nowhere"), "-o", out];
      const first = await run([...roots, "--iterations", "3", "--fast", "--aa"]);
      assertEquals(first.code, 0, first.err.join("\n"));
      const absent = first.err.filter((line) => line.startsWith("left out, no such folder: "));
      assertEquals(absent.length, 1);
      assertEquals(absent[0]!.split(",").length, 10); // eight of 360 and one more, and the comma before
      const timing = Deno.readTextFileSync(join(out, "timing.txt"));
      assert(/^m360: [\d.e-]+ minutes\n scenes: [\d.e-]+ minutes\n$/.test(timing), timing);
      const pictures = [...Deno.readDirSync(join(out, "garden/test/ours_3/renders"))];
      assertEquals(pictures.length, 2);
      assert(!exists(join(out, "garden/train")));
      const table = first.out.join("\n").split("\n");
      assertEquals(table[0]!.split(/\s+/).slice(0, 5), [
        "scene",
        "method",
        "SSIM",
        "PSNR",
        "LPIPS",
      ]);
      assertEquals(table.slice(1).map((line) => line.split(/ {2,}/)[0]), [
        "garden",
        "balls",
        "mean of 1 (m360)",
        "mean of 1 (scenes)",
      ]);
      assertEquals(first.err.filter((line) => line.includes("LPIPS is left out")).length, 1);

      // The reference's own skip flags fail; -m measures only these.
      const skips = ["--skip_training", "--skip_rendering", "--json"];
      const second = await run(["-o", out, ...skips]);
      assertEquals([second.code, second.out.length], [0, 2], second.err.join("\n"));
      const row = JSON.parse(second.out[0]!);
      assertEquals([row.set, row.scene, row.method], ["m360", "garden", "ours_3"]);
      const third = await run(["-m", join(out, "balls"), ...skips]);
      assertEquals(JSON.parse(third.out[0]!).scene, join(out, "balls"));
      const { vgg, heads } = writeNarrow(path("."));
      const lpips = ["--lpips-weights", heads, "--vgg-weights", vgg, "--lpips-range", "signed"];
      const fourth = await run(["-m", join(out, "balls"), join(out, "garden"), ...lpips, "--json"]);
      assertEquals([fourth.code, fourth.out.length], [0, 3], fourth.err.join("\n"));
      assert(JSON.parse(fourth.out[1]!).LPIPS > 0);
      assertEquals(Object.keys(JSON.parse(fourth.out[2]!).mean), ["SSIM", "PSNR", "LPIPS"]);
      const again = await run([...roots, "--skip_training", "--skip_metrics", "--iterations", "3"]);
      assertEquals([again.code, again.out], [0, []]);
      assertEquals(Deno.readTextFileSync(join(out, "timing.txt")), timing);
    }),
});

Deno.test({
  name: "splat full-eval goes on after a scene that fails, and refuses what it cannot do",
  ...options,
  fn: () =>
    inFolder(async (path) => {
      Deno.mkdirSync(path("empty"));
      const good = writeScene(path("good"));
      const { code, out, err } = await run(
        ["--scenes", path("empty"), good, "-o", path("out"), "--iterations", "2", "--json"],
      );
      assertEquals(code, 1);
      assertStringIncludes(err.join("\n"), "empty: error: Cannot read scene");
      assertEquals(JSON.parse(out[0]!).scene, "good");
      await assertRejects(() => run(["-o", path("out")]), UsageError, "Cannot evaluate without");
      await assertRejects(
        () => run(["--scenes", good, path("other/good")]),
        UsageError,
        "another scene has its name",
      );
      await assertRejects(() => run(["-m360", path("none")]), Error, "none of the scenes is there");
      await assertRejects(
        () => run(["--scenes", good, "--vgg-weights", "x.pth"]),
        UsageError,
        'without "--lpips-weights"',
      );
    }),
});

function exists(path: string): boolean {
  try {
    return Deno.statSync(path) !== null;
  } catch {
    return false;
  }
}
