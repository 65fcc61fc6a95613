import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { dataCheck } from "../../cli/commands/data/check.ts";
import { dataSynth } from "../../cli/commands/data/synth.ts";
import { evaluate } from "../../cli/commands/eval.ts";
import { train } from "../../cli/commands/train.ts";
import type { Command } from "../../cli/command_line/command.ts";
import { keepingTerminal } from "../cli/keeping_terminal.ts";

// A set that is not nuScenes in anything: one camera, other classes, free space first, a third part. All
// layouts, and trainings that learn something, are in tests/long/every_layout.ts.
const SMALL = [
  ...["image.width=64", "image.height=32", "gaussians.count=48", "occupancy.voxel=1.6"],
  ...["encoder.embedDims=16", "encoder.groups=2", "encoder.blocks=1", "encoder.feedforward=16"],
  "encoder.cell=3.2",
].map((change) => `--set=${change}`);

async function run(command: Command, ...words: string[]): Promise<string> {
  const terminal = keepingTerminal();
  const code = await command.run(words, terminal);
  assertEquals(code ?? 0, 0, [...terminal.out, ...terminal.err].join("\n"));
  return terminal.out.join("\n");
}

Deno.test("KITTI-360's layout is checked, trained on and measured on its third part, by command", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const set = join(folder, "set"), work = join(folder, "run");
    await run(
      dataSynth,
      ...["--out", set, "--layout=kitti360", "--scenes=2", "--frames=1", "--val-scenes=0"],
      ...["--test-scenes=1", "--size=88x24"],
    );
    assert((await run(dataCheck, set)).endsWith("no fault was found"));
    // Any preset is put onto the folder's labels.
    await run(train, "--preset=demo", "--data", set, "--work-dir", work, "--steps=2", ...SMALL);
    const where = ["--data", set, "--resume-from", work, "--split=test"];
    const { classes, samples } = JSON.parse(await run(evaluate, ...where, "--json"));
    assertEquals([samples, classes.length, classes[0].name], [1, 18, "car"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
