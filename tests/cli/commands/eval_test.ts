import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readNpz } from "../../../data/formats/numpy/npz.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";

const MAIN = new URL("../../../cli/main.ts", import.meta.url).pathname;

async function evaluate(...words: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "eval", ...words],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("eval wants one model and all of the data's folders", async () => {
  const wrong: [string, string[]][] = [
    ["Cannot evaluate nothing", ["--data", "x"]],
    ["exclude each other", ["--data", "x", "--random-weights", "--resume-from", "y"]],
    ["--resume-from or --work-dir", ["--data", "x"]],
    ["--anno-root", ["--random-weights", "--data-root", "x"]],
  ];
  for (const [message, words] of wrong) {
    const { code, out, err } = await evaluate(...words);
    assertEquals([code, out, err.includes(message)], [2, "", true], err);
  }
});

Deno.test("eval of random weights prints one JSON object, and dumps what it predicted", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const data = join(folder, "data");
    const scenes = { scenes: 2, valScenes: 1, framesPerScene: 2 };
    await writeSyntheticDataset(data, { seed: 3, ...scenes, imageSize: [192, 108] });
    const dump = join(folder, "dump.npz");
    const options = ["--random-weights", "--num-samples", "1", "--seed", "9", "--dump", dump];
    const run = join(folder, "run");
    const words = ["--data", data, "--json", "--work-dir", run, ...options];
    const { code, out, err } = await evaluate(...words);
    assertEquals(code, 0, err);
    const report = JSON.parse(out);
    const saved = JSON.parse(await Deno.readTextFile(join(run, "evaluation.json")));
    assertEquals([saved.result.miou, saved.result.samples], [report.miou, 1]);
    assertEquals([report.preset, report.samples, report.seed], ["demo", 1, 9]);
    assertEquals([report.checkpointSha256, report.indexSha256.length], [null, 64]);
    for (const { tp, fp, fn } of report.classes) assert(tp >= 0 && fp >= 0 && fn >= 0);
    assertEquals(report.classes.length, 16);
    assert(report.peakMemory > 0 && report.seconds > 0);
    assert(/^\d+\.\d+\.\d+/.test(report.version) && /^\d+\.\d+\.\d+/.test(report.deno));
    assert(err.includes("1 key frame in"), err);
    assertEquals(readNpz(dump).names, [
      "predictions_000000",
      "labels_000000",
      "mask_000000",
      "tokens",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
