import { assert, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { visualize } from "../../../cli/commands/visualize.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";

const run = (...words: string[]) => () => visualize.run(words, keepingTerminal());

Deno.test("visualize says what is missing or given twice before it reads anything", async () => {
  const data = ["--data", "/none"];
  await assertRejects(run(...data), UsageError, "--resume-from or --work-dir");
  await assertRejects(run(...data, "--resume-from", "/none"), UsageError, "--out or --work-dir");
  await assertRejects(
    run(...data, "--work-dir", "/none", "--vis-index", "1", "--vis-scene-index", "0"),
    UsageError,
    "twice",
  );
  await assertRejects(
    run(...data, "--work-dir", "/none", "--vis-index", "x"),
    UsageError,
    "--vis-index x",
  );
  await assertRejects(
    run(...data, "--work-dir", "/none", "--model-type", "best"),
    UsageError,
    "model-type",
  );
});

Deno.test("visualize takes the original's spellings: underscores, lists with spaces", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const words =
      "--vis_gaussian_topdown --vis-occ --vis-index 3 5 --model-type prob --epoch 2 --dataset nusc --vis-scene";
    const error = await assertRejects(
      run("--data", folder, "--work-dir", join(folder, "run"), ...words.split(" ")),
      Error,
    );
    // It came as far as the checkpoint, which is not there.
    assert(!(error instanceof UsageError) && error.message.includes("run"), error.message);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
