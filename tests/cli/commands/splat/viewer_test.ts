import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { splatTrain } from "../../../../cli/commands/splat/train.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { madeUpSplats } from "../../../data/splats/made_up.ts";
import { withTinyScene } from "../../../model/splat/tiny_scene.ts";

Deno.test({
  name: "splat train goes on where the viewer's port is taken, and listens to none if told so",
  // The command opens and closes a GPU of its own, which leaves timers of the driver behind.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr;
    try {
      await withTinyScene(async (scene, path) => {
        const start = path("start.ply");
        await writeSplats(start, madeUpSplats(20, 0));
        const words = [
          "-s",
          scene,
          "-m",
          path("model"),
          "--init-ply",
          start,
          "--sh_degree",
          "0",
          "--overwrite",
        ];
        for (const [more, told] of [[[], true], [["--disable_viewer"], false]] as const) {
          const terminal = keepingTerminal();
          const all = [...words, "--iterations", "2", "--port", String(port), ...more];
          assertEquals(await splatTrain.run(all, terminal), 0);
          const said = terminal.err.join("\n");
          assertEquals(said.includes(`Cannot wait for viewers at 127.0.0.1:${port}`), told, said);
          assert(Deno.statSync(join(path("model"), "point_cloud/iteration_2")).isDirectory);
        }
      });
    } finally {
      taken.close();
    }
  },
});
