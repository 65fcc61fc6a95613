import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { demoSplat } from "../../../../cli/commands/demo/splat.ts";
import { demo } from "../../../../cli/commands/demo/street.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { readModelCard, SHIPPED_MODELS } from "../../../../model/mod.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";

for (const [name, command] of Object.entries({ demo, "demo splat": demoSplat })) {
  Deno.test(`${name} empties no folder of somebody else's`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const file = join(folder, "letters.txt");
      await Deno.writeTextFile(file, "Dear Ada");
      await assertRejects(
        () => command.run(["--out", folder], keepingTerminal()),
        UsageError,
        `it holds "letters.txt"`,
      );
      assertEquals(await Deno.readTextFile(file), "Dear Ada");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("the demo shows no streets that a shipped model learned from", async () => {
  for (const name of Object.keys(SHIPPED_MODELS)) {
    const { training: { streets }, test } = readModelCard(name);
    assert(streets !== test.streets);
    await assertRejects(
      () => demo.run(["--seed", String(streets)], keepingTerminal()),
      UsageError,
      "the shipped model learned from them",
    );
  }
});
