import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { commandPaths, runCommand } from "../../../cli/command_line/command.ts";
import { COMMANDS } from "../../../cli/commands/table.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";

/** What a newcomer types, and the hint that sets it right. */
const HINTS: Readonly<Record<string, string>> = {
  // by the same last part, by meaning, by letters
  "train --preset nuscenes_gs6400 --data d --work-dir o":
    "did you mean prob/nuscenes_gs6400 or occ3d/nuscenes_gs6400?",
  "train --preset nuscenes_gs2560 --data d": "did you mean prob/nuscenes_gs25600",
  "splat train -s x --steps 100": "did you mean --iterations?",
  "splat train -s x --max-steps=100": "did you mean --iterations?",
  "splat train -s x --epochs 3": "did you mean --iterations?",
  "splat train -s x --output o": "did you mean --model_path?",
  "splat train -s x -o o": "did you mean --model_path?",
  "splat train -s x --resume_from o": "did you mean --start_checkpoint?",
  "splat train -s x --cap_max 5": "did you mean --max-gaussians?",
  "splat render --checkpoint o": "did you mean --model_path?",
  "splat transform a b --degree 1": "did you mean --sh-degree?",
  "splat voxelize a b --bbox 1": "did you mean --range?",
  "train --iterations 100": "did you mean --steps?",
  "train --lr 1e-4": "did you mean --set optim.lr=1e-4?",
  "train --batch-size 4": "did you mean --gradient-accumulation?",
  "train --weights w.pth": "did you mean --load-from?",
  "train --output_dir o": "did you mean --work-dir?",
  "train --data-dir d": "did you mean --data?",
  "train --yaml c.py": "did you mean --py-config?",
  "train -stpes 3": "did you mean --steps?",
  "eval --checkpoint c": "did you mean --resume-from?",
  "eval --weights c": "did you mean --resume-from?",
  "predict --ckpt c": "did you mean --resume-from?",
  "predict --output o": "did you mean --out?",
  "model run --weights w": "did you mean --checkpoint?",
  "train --qqqqqq 1": "--help lists its",
  // a word where an option is needed
  "train ./data": "did you mean --data ./data?",
  "train demo": "did you mean --preset demo?",
  "train steps=30": "did you mean --steps 30?",
  "train optim.lr=1e-4": "did you mean --set optim.lr=1e-4?",
  "train —steps 30": "did you mean --steps?",
  "train run.safetensors": "did you mean --resume-from run.safetensors?",
  "train c.py": "did you mean --py-config c.py?",
  "splat train photos": "did you mean --source_path photos?",
  "splat render out/room": "did you mean --model_path out/room?",
  "data index /data/nuscenes": "did you mean --nuscenes /data/nuscenes?",
  // commands
  "trian": "did you mean train?",
  "render": "did you mean splat render?",
  "inspect": "did you mean data inspect or checkpoint inspect?",
  "splat inspect": "did you mean data inspect or checkpoint inspect?",
  "test": "did you mean eval?",
  "infer": "did you mean predict?",
  "viewer": "did you mean view?",
  "help nosuch": "the commands are doctor",
};

for (const [line, hint] of Object.entries(HINTS)) {
  Deno.test(`${line}: ${hint}`, async () => {
    const error = await assertRejects(
      () => runCommand(COMMANDS, line.split(" "), keepingTerminal()),
      UsageError,
    );
    assertStringIncludes(error.hint ?? "no hint", hint);
    assert(!error.message.includes("\n"));
  });
}

Deno.test("help in front of a command's name is --help behind it, for each and every group", async () => {
  const shown = async (...words: string[]) => {
    const terminal = keepingTerminal();
    assertEquals(await runCommand(COMMANDS, words, terminal), 0, words.join(" "));
    return terminal.out.join("\n");
  };
  assertEquals(await shown("help"), await shown("--help"));
  assertStringIncludes(await shown("help"), "--version");
  for (const path of commandPaths(COMMANDS)) {
    const words = path.split(" ");
    const text = await shown("help", ...words);
    assertEquals(text, await shown(...words, "--help"));
    if (words.length > 1) assertEquals(text, await shown(words[0]!, "help", ...words.slice(1)));
    assertStringIncludes(text, `Usage: voxsplat ${path}`);
  }
});

Deno.test("help keeps to the terminal's width, whatever it is", async () => {
  for (const columns of [40, 80, 120]) {
    for (const path of ["", ...commandPaths(COMMANDS)]) {
      const terminal = { ...keepingTerminal(), columns };
      await runCommand(COMMANDS, ["help", ...path.split(" ").filter(Boolean)], terminal);
      const lines = terminal.out.join("\n").split("\n");
      // Names, single words, usage and examples are never broken.
      const long = lines.filter((line) =>
        [...line].length > columns && line.trim().includes(" ") &&
        !/^(Usage:| {2}--| {2}voxsplat )/.test(line)
      );
      assertEquals(long, [], `${path} at ${columns}`);
    }
  }
});
