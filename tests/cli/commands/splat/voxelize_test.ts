import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { voxelize } from "../../../../cli/commands/splat/voxelize.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { encodePly } from "../../../../data/formats/ply.ts";
import { allocateSplats } from "../../../../data/splats/splats.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { gpuTest } from "../../../support.ts";

async function inFolder(body: (path: (name: string) => string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await body((name) => join(folder, name));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

gpuTest(
  "splat voxelize takes six words or one, negative numbers too",
  () =>
    inFolder(async (path) => {
      const splats = allocateSplats(1, 0);
      splats.quaternions[0] = 1;
      splats.opacities[0] = 9;
      await writeSplats(path("a.ply"), splats);
      const words = [path("a.ply"), path("a.npz"), "--voxel-size", "0.5", "--json", "--overwrite"];
      const reports = [];
      for (
        const range of [["--range", "-1", "-1", "-1", "1", "1", "0"], ["--range", "-1,-1,-1,1,1,0"]]
      ) {
        const terminal = keepingTerminal();
        assertEquals(await voxelize.run([...range, ...words], terminal), 0);
        reports.push(JSON.parse(terminal.out[0]!));
      }
      assertEquals(reports[0], reports[1]);
      assertEquals([reports[0].dims, reports[0].gaussians], [[4, 4, 2], 1]);
      assert(reports[0].occupied > 0);
    }),
);

gpuTest("splat voxelize refuses what is wrong in one error", () =>
  inFolder(async (path) => {
    const splats = allocateSplats(1, 0);
    splats.quaternions[0] = 1;
    await writeSplats(path("a.ply"), splats);
    const mesh = {
      comments: [],
      elements: new Map([["vertex", {
        count: 1,
        properties: new Map(["x", "y", "z"].map((name) => [name, new Float32Array(1)])),
      }]]),
    };
    await Deno.writeFile(path("mesh.ply"), encodePly(mesh));
    const run = (...words: string[]) => () => voxelize.run(words, keepingTerminal());
    const [input, out] = [path("a.ply"), path("a.npz")];
    await assertRejects(run(input, path("a.txt")), UsageError, ".npz");
    await assertRejects(run(input, out, "--range", "0", "0", "0", "1", "1"), UsageError, "six");
    await assertRejects(run(input, out, "--range", "0,0,0,1,1,x"), UsageError, "six");
    await assertRejects(run(input, out, "--range", "0,0,0,1,1,0"), UsageError, "below the second");
    await assertRejects(run(input, out, "--voxel-size", "1e-5"), RangeError, "voxels, at most");
    await assertRejects(run(path("mesh.ply"), out), SyntaxError, "mesh.ply");
    await assertRejects(run(path("none.ply"), out), Error, "no such file");
  }));
