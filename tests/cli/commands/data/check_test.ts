import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { dataCheck } from "../../../../cli/commands/data/check.ts";
import { writeSyntheticDataset } from "../../../../data/synth/dataset.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";

Deno.test("data check draws a page, prints counts and faults, and ends with 1 where there is one", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const set = join(dir, "set");
    const size = { imageSize: [64, 36] as [number, number] };
    await writeSyntheticDataset(set, {
      ...{ ...size, seed: 3, scenes: 2, framesPerScene: 1, layout: "own" },
    });
    const terminal = keepingTerminal();
    const out = join(dir, "check");
    assertEquals(await dataCheck.run([set, "--out", out], terminal), 0);
    assertEquals(terminal.out.slice(-2), [
      "no fault was found",
      `page: ${join(out, "index.html")}`,
    ]);
    const page = Deno.readTextFileSync(join(out, "index.html"));
    for (const part of ["No fault was found", "Voxels by class", "vehicle", "_above.png"]) {
      assert(page.includes(part), part);
    }
    assertEquals(
      [...Deno.readDirSync(out)].length,
      6,
      "page, report, two pictures of each key frame",
    );

    await Deno.remove(join(set, "labels"), { recursive: true });
    const json = keepingTerminal();
    assertEquals(await dataCheck.run([set, "--json"], json), 1);
    const { faults } = JSON.parse(json.out.join(""));
    assertEquals(faults.map(({ field }: { field: string }) => field), ["labels", "labels"]);
    assert(faults[0].file.endsWith(".npz"), faults[0].file);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
