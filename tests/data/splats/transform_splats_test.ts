import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SPLAT_ACTIONS, type SplatActionName } from "../../../data/splats/actions.ts";
import type { SplatActionDefinition } from "../../../data/splats/actions/action.ts";
import { transformSplats } from "../../../data/splats/transform_splats.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import { madeUpSplats } from "./made_up.ts";

function action(name: SplatActionName, value: string) {
  const { parse, each }: SplatActionDefinition = SPLAT_ACTIONS[name];
  return { text: `--${name} ${value}`, apply: parse(value), each: each === true };
}

Deno.test("what passes through memory in parts is what is done in memory, byte by byte", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const at = (name: string) => join(folder, name);
    const splats = { ...madeUpSplats(300_000, 0), antialiased: true };
    splats.positions[5] = NaN;
    splats.opacities[290_000] = Infinity;
    await writeSplats(at("in.ply"), splats);
    splats.positions[5] = 0;
    splats.opacities[290_000] = 0;
    for (const name of ["in.spz", "in.sog"]) {
      const few = { ...madeUpSplats(5000, 1), antialiased: true };
      await writeSplats(at(name), name === "in.spz" ? splats : few);
    }
    const actions = [
      action("rotate", "10,20,30"),
      action("filter-box", "-3,-3,-3,3,3,3"),
      action("scale", "2"),
      action("filter-opacity", "0.2"),
      action("sh-degree", "2"),
    ];
    for (const input of ["in.ply", "in.spz", "in.sog"]) {
      for (const ending of ["ply", "spz"]) {
        const run = async (large: number) => {
          const output = at(`out${large}.${ending}`);
          const inputs = [{ path: at(input) }];
          const report = await transformSplats({ inputs, output, actions, large });
          return { bytes: Deno.readFileSync(output), ...report, output: report.output.count };
        };
        const [whole, parts] = [await run(Infinity), await run(0)];
        assertEquals(parts, whole, `${input} to ${ending}`);
        assert(whole.output > 100 && whole.steps[1]!.after < whole.steps[1]!.before);
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
