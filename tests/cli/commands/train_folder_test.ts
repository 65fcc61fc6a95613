import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { noteOlderRun } from "../../../cli/train_start.ts";
import { keepingTerminal } from "../keeping_terminal.ts";

Deno.test("a run that a folder holds is noted with its newest checkpoint, one that saved none is not", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const note = () => {
      const terminal = keepingTerminal();
      noteOlderRun(folder, terminal);
      return terminal.err;
    };
    assertEquals(note(), []);
    const latest = (text: string) => Deno.writeTextFileSync(join(folder, "latest"), text);
    latest("step_000040.safetensors\nstep_000020.safetensors\n");
    assertEquals(note().length, 1);
    assertStringIncludes(note()[0]!, 'a run up to "step_000040.safetensors", this one');
    assert(note()[0]!.includes(`--resume-from ${join(folder, "step_000040.safetensors")} goes on`));
    latest(""); // of a run that has saved nothing yet
    assertEquals(note(), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
