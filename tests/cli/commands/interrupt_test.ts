import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { readCheckpoint } from "../../../model/occupancy/training/training_state.ts";
import { readRun } from "../../../model/occupancy/run/run_rows.ts";
import { withDataset } from "../../end_to_end/tiny_run.ts";

const root = dirname(dirname(dirname(dirname(fromFileUrl(import.meta.url)))));

/** The smallest demo. */
const SMALL = [
  ...["image.width=64", "image.height=36", "backbone.stemChannels=8", "backbone.baseChannels=8"],
  ...["gaussians.count=70", "encoder.embedDims=16", "encoder.feedforward=32", "encoder.blocks=1"],
  "occupancy.voxel=4",
].flatMap((setting) => ["--set", setting]);

function start(words: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(root, "cli/main.ts"), ...words],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test({
  name: "train: Ctrl-C saves the step it is at and names the command that goes on",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withDataset(async (dataDir, folder) => {
      const workDir = join(folder, "run");
      const words = ["train", "--data", dataDir, "--work-dir", workDir, ...SMALL];
      const many = ["--steps", "100000", "--save-every", "100000", "--log-every", "1", "--json"];
      const program = start([...words, ...many]);
      const lines = program.stdout.pipeThrough(new TextDecoderStream());
      let out = "";
      let told = false;
      const err = new Response(program.stderr).text();
      for await (const text of lines) {
        out += text;
        if (!told && out.includes('"type":"step"')) {
          program.kill("SIGINT");
          told = true;
        }
      }
      assertEquals((await program.status).code, 130);
      const events = out.trim().split("\n").map((line) => JSON.parse(line));
      const { type, step, path } = events.at(-2);
      assertEquals([type, events.at(-1).type], ["stopped", "summary"]);
      assert(step < 100000 && step >= 1, step);
      assertStringIncludes(
        await err,
        `stopped at step ${step} of 100000, saved; to go on: deno task train --data ${dataDir} --work-dir ${workDir} --resume-from ${workDir}`,
      );
      const checkpoint = await readCheckpoint(workDir);
      assertEquals([checkpoint.file, checkpoint.state.step], [path, step]);
      const last = readRun(workDir).rows.at(-1)!;
      assert(last.type === "finished" && last.step === step && last.peakMemory > 0);

      const resumed = await start(
        ["train", "--data", dataDir, "--work-dir", workDir, "--resume-from", workDir]
          .concat(["--steps", String(step + 1), "--quiet"]),
      ).output();
      assertEquals(resumed.code, 0, new TextDecoder().decode(resumed.stderr));
      assertEquals((await readCheckpoint(workDir)).state.step, step + 1);
    }),
});

Deno.test("demo leaves a folder alone that holds anything but an older demo", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "data"));
    await Deno.writeTextFile(join(folder, "notes.txt"), "kept");
    const { code, stderr } = await start(["demo", "--out", folder, "--steps", "1"]).output();
    assertEquals(code, 2);
    assertStringIncludes(new TextDecoder().decode(stderr), 'it holds "notes.txt"');
    assertEquals(await Deno.readTextFile(join(folder, "notes.txt")), "kept");
    assert((await Deno.stat(join(folder, "data"))).isDirectory);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
