import { assertEquals, assertStringIncludes } from "@std/assert";
import { runCommand } from "../../../../cli/command.ts";
import { COMMANDS } from "../../../../cli/main.ts";
import { keepingTerminal } from "../../../../cli/terminal.ts";
import { writeNpz } from "../../../../data/formats/npz.ts";

Deno.test("data inspect prints a table, or one JSON object", async () => {
  const path = Deno.makeTempFileSync({ suffix: ".npz" });
  try {
    const shape = [2, 2];
    const data = Float32Array.of(0.5, 1, Infinity, -2);
    Deno.writeFileSync(path, writeNpz({ means: { shape, dtype: "float32", data } }));
    const run = async (...words: string[]) => {
      const terminal = keepingTerminal();
      assertEquals(await runCommand(COMMANDS, ["data", "inspect", path, ...words], terminal), 0);
      return terminal.out.join("\n");
    };
    const text = await run();
    assertStringIncludes(text, "NumPy archive, ");
    assertStringIncludes(text, "means  float32 [2, 2]  -2 … 1 (1 not finite)");
    assertStringIncludes(await run("--no-values"), "means  float32 [2, 2]");
    const { format, content } = JSON.parse(await run("--json"));
    assertEquals([format, content[0].range], ["NumPy archive", { min: -2, max: 1, nonFinite: 1 }]);
  } finally {
    Deno.removeSync(path);
  }
});
