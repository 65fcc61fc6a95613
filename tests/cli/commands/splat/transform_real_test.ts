import { assert, assertEquals, assertRejects } from "@std/assert";
import { basename, join } from "@std/path";
import { transform } from "../../../../cli/commands/splat/transform.ts";
import type { TransformReport } from "../../../../data/splats/transform_splats.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { readSplats } from "../../../../data/splats/read_splats.ts";
import { filesUnder, SHARED } from "../../../shared_files.ts";

const FORMATS = ["ply", "compressed.ply", "splat", "spz", "sog"];
const files = filesUnder("data/splats", /^(?!beetle).*\.(ply|splat|spz|ksplat)$|^meta\.json$/);
if (files.length === 0) console.log("../shared/data/splats is absent: its files are not converted");

async function run(...words: string[]): Promise<string[]> {
  const terminal = keepingTerminal();
  assertEquals(await transform.run(words, terminal), 0);
  return terminal.out;
}

// Each large file goes into one format, another for each of them; the small ones into all.
files.forEach((file, i) => {
  const name = file.slice(join(SHARED, "data/splats").length + 1);
  const small = basename(file).startsWith("minimal") || file.includes("3-points");
  const formats = small ? FORMATS : [FORMATS[i % FORMATS.length]!];
  Deno.test(`splat transform: ${name} to ${formats.join(", ")} and back`, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const info = JSON.parse((await run(file, "--info", "--json"))[0]!);
      for (const format of formats) {
        const out = join(folder, `out.${format}`);
        const report: TransformReport = JSON.parse(
          (await run(file, out, "--json", "--overwrite"))[0]!,
        );
        assertEquals([report.inputs[0]!.count, report.output.count], [info.count, info.count]);
        assertEquals([report.inputs[0]!.unusable, report.steps], [0, []]);
        const back = JSON.parse((await run(out, "--info", "--json"))[0]!);
        assertEquals([back.count, back.notFinite], [info.count, 0]);
        assertEquals(back.degree, format === "splat" ? 0 : info.degree);
        const size = Math.max(
          ...info.bounds.max.map((max: number, k: number) => max - info.bounds.min[k]),
        );
        // Compressed PLY has 11 bits for a chunk's extent, the others more.
        for (const bound of ["min", "max"]) {
          back.bounds[bound].forEach((value: number, k: number) => {
            const error = Math.abs(value - info.bounds[bound][k]);
            assert(error < size / 2000, `${format} ${bound} ${k}: ${error} of ${size}`);
          });
        }
        assert(Math.abs(back.scale.median / info.scale.median - 1) < 0.07, format);
        assert(Math.abs(back.opacity.mean - info.opacity.mean) < 0.01, format);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
});

Deno.test({
  name: "splat transform: crops and counts of a real file; meshes are refused",
  ignore: files.length === 0,
  async fn() {
    const folder = Deno.makeTempDirSync();
    try {
      const burger = files.find((file) => file.endsWith("hamburger.ply"))!;
      const out = join(folder, "out.spz");
      const words = ["--crop=-0.2,-0.2,-0.2,0.3,0.3,0.3", "--max-count=100", "--spz-version=4"];
      const report: TransformReport = JSON.parse((await run(burger, out, ...words, "--json"))[0]!);
      assertEquals([report.inputs[0]!.count, report.output.count], [52709, 100]);
      assertEquals(report.steps.map(({ before }) => before).at(0), 52709);
      assertEquals(report.steps.at(-1)!.after, 100);
      const bytes = Deno.readFileSync(out);
      assertEquals([new TextDecoder().decode(bytes.subarray(0, 4)), bytes[4]], ["NGSP", 4]);
      const { splats } = await readSplats(out);
      assert(splats.positions.every((value) => value >= -0.2001 && value <= 0.3001));
      for (const mesh of filesUnder("data/splats", /^beetle/)) {
        await assertRejects(
          () => run(mesh, out, "--overwrite"),
          SyntaxError,
          "it is a mesh with 2053 faces",
        );
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
