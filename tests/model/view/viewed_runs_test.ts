import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { differingSettings } from "../../../model/view/differing_settings.ts";
import { openView } from "../../../model/view/open_view.ts";
import { cloudSplats, inFolder, viewpoint, writeModel } from "../../cli/view/scenes.ts";

Deno.test("runs are shown with their curves over each other and the settings that differ", () =>
  inFolder(async (folder) => {
    for (const [i, name] of ["plain", "mcmc"].entries()) {
      const run = join(folder, name);
      await writeModel(run, cloudSplats(5 + i, 0), { views: [viewpoint("a", [0, 0, -4])] });
      const rows = [1, 2, 3].map((iteration) =>
        JSON.stringify({ iteration, loss: 1 / iteration + i, gaussians: 5 })
      );
      await Deno.writeTextFile(join(run, "metrics.jsonl"), rows.join("\n") + "\n");
      const config = { strategy: name, seed: 0, model_path: run };
      const settings = { iterations: 3, started: `${i}`, strategy: name, config };
      await Deno.writeTextFile(join(run, "run.json"), JSON.stringify(settings));
    }
    const viewed = await openView(folder);
    const { kind, items, charts, compared, cameras } = viewed.state();
    assertEquals(kind, "splats");
    assertEquals(items.map(({ label }) => label), ["mcmc: iteration 30", "plain: iteration 30"]);
    assertEquals(cameras.length, 1);
    assertEquals(charts.length, 2); // nothing was evaluated
    for (const name of ["mcmc", "plain"]) assertStringIncludes(charts[0]!, name);
    assertEquals(compared, {
      runs: ["mcmc", "plain"],
      rows: [["config.strategy", "mcmc", "plain"]],
    });
    for (const { id } of items) assert(await viewed.resource([id]));
    for (const id of ["2~30", "0~31", "~30", "0", "../plain~30"]) {
      assertEquals(await viewed.resource([id]), null, id);
    }
    viewed.close();
  }));

Deno.test("settings that differ are told once, lists as they are", () => {
  const one = { preset: "a", config: { optim: { lr: 1, steps: 2 }, range: [1, 2], name: "x" } };
  const other = { preset: "a", config: { optim: { lr: 2, steps: 2 }, range: [1, 3] } };
  assertEquals(differingSettings([one, other]), [
    ["config.optim.lr", "1", "2"],
    ["config.range", "[1,2]", "[1,3]"],
    ["config.name", "x", "–"],
  ]);
  assertEquals(differingSettings([one, one]), []);
  assertEquals(differingSettings([null, { a: 1 }]), [["a", "–", "1"]]);
});
