import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { formatSplatSummary } from "../../../../cli/commands/splat/train_progress.ts";
import { SplatTrainProgress } from "../../../../cli/commands/splat/train_progress.ts";
import type { ProgressEvent } from "../../../../cli/terminal/progress.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import { withTinyScene } from "../../../model/splat/tiny_scene.ts";

const MAIN = fromFileUrl(new URL("../../../../cli/main.ts", import.meta.url));

function start(words: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "splat", "train", ...words.split(" ")],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function finish(process: Deno.ChildProcess) {
  const { code, stdout, stderr } = await process.output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, said: said! };
}

async function until(found: () => boolean): Promise<void> {
  while (!found()) await new Promise((done) => setTimeout(done, 5));
}

function holds(folder: string, name: RegExp): boolean {
  try {
    return [...Deno.readDirSync(folder)].some((entry) => name.test(entry.name));
  } catch {
    return false;
  }
}

// Windows has no signals to send.
const ignore = Deno.build.os === "windows";

Deno.test({
  name: "Ctrl-C ends a training in order and says how it goes on, a second one waits its turn",
  ignore,
  fn: () =>
    withTinyScene(async (scene, path) => {
      const model = path("model");
      const words = `-s ${scene} -m ${model} --random-points 500 --disable_viewer --iterations`;
      const first = start(`${words} 100000 --checkpoint_iterations 3`);
      await until(() => holds(model, /^chkpnt3\.safetensors$/));
      const second = await finish(start(`${words} 4`));
      assertEquals(second.code, 1);
      assertStringIncludes(
        second.said,
        `Cannot train into "${model}": process ${first.pid} is still training there`,
      );
      first.kill("SIGINT");
      const { code, said } = await finish(first);
      assertEquals(code, 130, said);
      assertMatch(said, /stopped at iteration \d+ of 100000/);
      assertStringIncludes(said, `the same command with --start_checkpoint ${model}/chkpnt`);
      const at = Number(/stopped at iteration (\d+)/.exec(said)![1]);
      assertStringIncludes(said, `--start_checkpoint ${model}/chkpnt${at}.safetensors goes on`);
      assert(Deno.statSync(join(model, `point_cloud/iteration_${at}/point_cloud.ply`)).isFile);
      assert(holds(model, new RegExp(`^chkpnt${at}\\.safetensors$`)), said);
      assert(!said.includes("    at "), said);
      assert(!holds(model, /running|tmp/));
      const rows = Deno.readTextFileSync(join(model, "metrics.jsonl"));
      assert(rows === "" || rows.endsWith("}\n"));

      const resumed = await finish(start(`${words} ${at + 2} --start_checkpoint ${model}`));
      assertEquals(resumed.code, 0, resumed.said);
      const lines = resumed.out.trim().split("\n");
      assertEquals(lines.length, 3);
      assertMatch(lines[0]!, /^iterations +time +iterations\/s +Gaussians +test PSNR/);
      assertMatch(lines[1]!, /^ +2 /);
      assertEquals(lines[2], model);
      const other = words.replace(model, path("whole"));
      assertEquals((await finish(start(`${other} ${at + 2}`))).code, 0);
      const [stopped, whole] = [model, path("whole")].map((folder) =>
        Deno.readFileSync(join(folder, `point_cloud/iteration_${at + 2}/point_cloud.ply`))
      );
      assertEquals(stopped, whole);

      const over = await finish(start(`${words} ${at} --start_checkpoint ${model}`));
      assertStringIncludes(over.said, `the checkpoint has its ${at} iterations already`);
      const wrong = await finish(start(`${words} 2 --start_checkpoint ${path("absent")}`));
      assertStringIncludes(
        wrong.said,
        `Cannot read "${path("absent")}": there is no such checkpoint`,
      );
    }),
});

Deno.test("the summary of a training has a dash for what was not evaluated", () => {
  const text = formatSplatSummary({
    iterations: 600,
    seconds: 75,
    gaussians: 12345,
    test: { iteration: 600, psnr: 21.456, ssim: 0.81234 },
    train: null,
    test_posed: null,
    peakMemory: 3 * 2 ** 20,
  });
  assertEquals(
    text.split("\n")[1]!.trim().split(/ {2,}/),
    ["600", "1 min 15 s", "8", "12345", "21.46", "0.8123", "–", "–", "3.0 MiB"],
  );
});

Deno.test("rows that arrive together are drawn once, at their last", async () => {
  const events: ProgressEvent[] = [];
  const progress = new SplatTrainProgress({
    ...keepingTerminal(),
    progress: { draw: (event) => void events.push(event) },
  });
  progress.draw({
    type: "started",
    adapter: "",
    iteration: 0,
    iterations: 20,
    gaussians: 7,
    views: 1,
    extent: 1,
  });
  const rows = (from: number) => {
    for (let iteration = from; iteration < from + 10; iteration++) {
      const counts = { gaussians: 7, visible: 7, pairs: 9, overflow: false };
      progress.draw({ type: "step", iteration, l1: 0.5, loss: 0.5, ...counts });
    }
  };
  rows(1);
  await new Promise((done) => setTimeout(done, 5));
  progress.task({ label: "test views", unit: "view", done: 1, total: 2 });
  rows(11);
  progress.draw({ type: "saved", iteration: 20, path: "x.ply" });
  const steps = events.filter((event) => event.type === "step");
  const figures = { loss: 0.5, Gaussians: 7 };
  assertEquals(steps, [
    { type: "step", done: 10, figures, slow: true },
    { type: "step", done: 10, figures: { "test views": "1/2" }, slow: true },
    { type: "step", done: 20, figures, slow: false },
  ]);
  assertEquals(events.at(-1), {
    type: "note",
    text: "[ITER 20] Saving Gaussians to x.ply",
  });
});

Deno.test("the search for neighbours tells how far it is", () => {
  const count = 33_000;
  const positions = Float32Array.from({ length: 3 * count }, (_, i) => (i * 0.61803) % 1);
  const told: number[][] = [];
  splatsAt(
    { positions, colours: new Uint8Array(3 * count) },
    0,
    { onPoints: (...at) => void told.push(at) },
  );
  assertEquals(told, [[0, count], [1 << 15, count], [count, count]]);
});

Deno.test("a stopped run says how it goes on, on a rank that writes nothing too", () => {
  for (const [path, from] of [["m/chkpnt7.safetensors", "m/chkpnt7.safetensors"], ["", "m"]]) {
    const progress = new SplatTrainProgress(keepingTerminal());
    progress.draw({
      type: "stopped",
      iteration: 7,
      path: path!,
      gaussians: 3,
      seconds: 1,
      peakMemory: 1,
    });
    assertEquals(
      progress.describeStop({ iterations: 9, folder: "m" }),
      `stopped at iteration 7 of 9, saved; the same command with --start_checkpoint ${from} goes on`,
    );
  }
});
