import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { voxelize } from "../../../../cli/commands/splat/voxelize.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { readGlb } from "../../../../data/formats/glb.ts";
import { encodePly, readPly } from "../../../../data/formats/ply.ts";
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

gpuTest(
  "splat voxelize writes shapes in their colours, of a model's folder too, and says when all is empty",
  () =>
    inFolder(async (path) => {
      // A red one at x 1, y 2, z 3 of the Gaussians' frame: right, down, ahead.
      const splats = allocateSplats(1, 0);
      splats.quaternions[0] = 1;
      splats.opacities[0] = 9;
      splats.positions.set([1, 2, 3]);
      splats.logScales.fill(Math.log(0.2));
      splats.shDc.set([1.7, -1.7, -1.7]);
      const model = path("model/point_cloud/iteration_7");
      await Deno.mkdir(model, { recursive: true });
      await Deno.writeTextFile(path("model/cfg_args"), "Namespace(sh_degree=0, source_path='x')");
      await writeSplats(join(model, "point_cloud.ply"), splats);
      const box = ["--range", "0,1,2,2,3,4", "--voxel-size", "0.25"];
      const run = async (...words: string[]) => {
        const terminal = keepingTerminal();
        assertEquals(await voxelize.run([path("model"), ...words, ...box], terminal), 0);
        return terminal.err.join("\n");
      };
      await run(path("a.ply"));
      await run(path("a.glb"));
      const { count, properties } = readPly(path("a.ply")).elements.get("vertex")!;
      const mean = (values: ArrayLike<number>) =>
        Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
      const column = (name: string) => properties.get(name) as Float32Array;
      assertEquals(count, 8);
      assertEquals(["x", "y", "z"].map((name) => Math.round(mean(column(name)) * 100)), [
        100,
        200,
        300,
      ]);
      assert(mean(column("red")) > 240 && mean(column("green")) < 15);
      const { json } = readGlb(Deno.readFileSync(path("a.glb")));
      assertEquals(json.meshes.length, 1);
      // Turned half about z: x and y the other way round, z as it was.
      const { min, max } = json.accessors[0];
      assertEquals(min.map((low: number, k: number) => (low + max[k]) / 2), [-1, -2, 3]);
      // Triangles look outwards: their volume is that of the occupied voxels.
      const { buffer } = readGlb(Deno.readFileSync(path("a.glb")));
      const view = (at: number) => json.bufferViews[json.accessors[at].bufferView];
      const at = new Float32Array(
        buffer.slice(view(0).byteOffset).buffer,
        0,
        3 * json.accessors[0].count,
      );
      const { attributes: _, indices } = json.meshes[0].primitives[0];
      const corners = new Uint32Array(
        buffer.slice(view(indices).byteOffset).buffer,
        0,
        json.accessors[indices].count,
      );
      let volume = 0;
      for (let i = 0; i < corners.length; i += 3) {
        const [a, b, c] = [0, 1, 2].map((k) =>
          at.subarray(3 * corners[i + k]!, 3 * corners[i + k]! + 3)
        ) as [
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        volume +=
          (a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) + a[1]! * (b[2]! * c[0]! - b[0]! * c[2]!) +
            a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)) / 6;
      }
      assertAlmostEquals(volume, count * 0.25 ** 3, 1e-4);
      assertStringIncludes(await run(path("b.npz"), "--threshold", "1"), "no voxel is occupied");
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
