import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { runCommand } from "../../../../cli/command_line/command.ts";
import { COMMANDS } from "../../../../cli/commands/table.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { writeNpz } from "../../../../data/formats/numpy/npz.ts";
import { decodePng } from "../../../../data/pictures/png/png.ts";
import { filesUnder, SHARED } from "../../../shared_files.ts";

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

const DATA = join(SHARED, "data");
const INDEX = join(DATA, "nuscenes_cam/nuscenes_infos_train_sweeps_occ.pkl");
const haveData = filesUnder("data/nuscenes_cam", /_sweeps_occ\.pkl$/).length === 2;
if (!haveData) console.log(`skipped: no nuScenes key frames in ${SHARED}`);

Deno.test({
  name: "data inspect --project draws the lidar of a real key frame on its pictures",
  ignore: !haveData,
  async fn() {
    const out = Deno.makeTempFileSync({ suffix: ".png" });
    try {
      const run = async (path: string) => {
        const terminal = keepingTerminal();
        const words = ["data", "inspect", path, "--project", out, "--json"];
        assertEquals(await runCommand(COMMANDS, words, terminal), 0);
        return JSON.parse(terminal.out.join(""));
      };
      const [train, val] = [await run(INDEX), await run(DATA)];
      assertEquals([train.points, val.points], [34688, 34720]);
      // Six cameras of 70 degrees (the one behind 110) see two thirds of what the lidar sees around it.
      for (const { cameras, points } of [train, val]) {
        const inside = cameras.reduce(
          (sum: number, { inside }: { inside: number }) => sum + inside,
          0,
        );
        assert(inside > 0.6 * points && inside < 0.75 * points, `${inside} of ${points}`);
      }
      const { width, height } = decodePng(Deno.readFileSync(out));
      assertEquals([width, height], [2400, 900]);
    } finally {
      Deno.removeSync(out);
    }
  },
});

Deno.test("data inspect --project says where an index must lie", async () => {
  const path = Deno.makeTempFileSync({ suffix: ".pkl" });
  try {
    await assertRejects(
      () =>
        runCommand(COMMANDS, ["data", "inspect", path, "--project", "x.png"], keepingTerminal()),
      UsageError,
      "an index lies in DIR/nuscenes_cam",
    );
  } finally {
    Deno.removeSync(path);
  }
});
