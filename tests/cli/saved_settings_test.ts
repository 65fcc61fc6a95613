import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { configOf } from "../../cli/presets.ts";
import { presets } from "../../model/occupancy/gaussianformer/config/presets.ts";

const RUN = { seed: 1, version: "0", adapter: "a", resumedFrom: null, started: "now" };

async function withConfig(config: unknown, work: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const text = JSON.stringify({ ...RUN, preset: "demo", config });
    await Deno.writeTextFile(join(folder, "config.json"), text);
    work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("--config takes a run's settings, --set comes on top", () => {
  const changed = { ...presets.demo, optim: { ...presets.demo.optim, steps: 77, lr: 0.5 } };
  return withConfig(changed, (folder) => {
    for (const config of [folder, join(folder, "config.json")]) {
      const chosen = configOf({ config, set: ["optim.lr=0.25"] });
      assertEquals([chosen.preset, chosen.config.optim.steps], ["demo", 77]);
      assertEquals(chosen.config.optim.lr, 0.25);
    }
  });
});

Deno.test("a model is chosen once, and what are no settings is refused by its name", async () => {
  const message = (given: Parameters<typeof configOf>[0]) =>
    assertThrows(() => configOf(given), Error).message;
  assertMatch(message({ config: "a", preset: "demo", set: [] }), /--preset and --config exclude/);
  assertMatch(message({ config: "a", pyConfig: "b", set: [] }), /--py-config and --config exclude/);
  assertMatch(message({ config: "/nowhere", set: [] }), /"\/nowhere": there is no such file/);
  for (const config of [null, {}, [], 3, { ...presets.demo, lifter: null }]) {
    await withConfig(config, (folder) => {
      assertMatch(message({ config: folder, set: [] }), /^Cannot (read|use) /);
    });
  }
});
