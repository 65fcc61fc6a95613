import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { SH_C0, sigmoid } from "../../../data/splats/activation.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import type { SplatFormat } from "../../../data/splats/formats.ts";
import type { ShDegree } from "../../../data/splats/splats.ts";
import { statisticsOf } from "../../../data/splats/statistics.ts";
import { largestAngle, largestError } from "./made_up.ts";

const folder = fromFileUrl(new URL("../../../../shared/data/splats", import.meta.url));
const exists = (() => {
  try {
    return Deno.statSync(folder).isDirectory;
  } catch {
    return false;
  }
})();
if (!exists) console.log("skipped: splats of other programs, ../shared/data/splats is not there");

const metal = "metalsplatter/SplatIO/TestData/test-splat.3-points-from-train";

const FILES: Record<string, [format: SplatFormat, count: number, degree: ShDegree]> = {
  "hamburger.ply": ["ply", 52709, 0],
  "kacytran_3dgs_sh3/point_cloud.ply": ["ply", 9080, 3],
  "kacytran_3dgs_sh3/model (1).splat": ["splat", 22764, 0],
  [`${metal}.ply`]: ["ply", 3, 3],
  [`${metal}.spz`]: ["spz", 3, 3],
  [`${metal}.splat`]: ["splat", 3, 0],
  "playcanvas/biker.compressed.ply": ["compressed-ply", 152746, 0],
  "playcanvas/guitar.compressed.ply": ["compressed-ply", 90854, 0],
  "playcanvas/playbot/3_0": ["sog", 31000, 2],
  "splat-transform/minimal-raw.spz": ["spz", 4, 0],
  "splat-transform/minimal-v2.spz": ["spz", 4, 0],
  "splat-transform/minimal-v3.spz": ["spz", 4, 0],
  "splat-transform/minimal-v4.spz": ["spz", 4, 0],
  "splat-transform/minimal.ksplat": ["ksplat", 4, 0],
  "splat-transform/minimal.splat": ["splat", 4, 0],
};

for (const [name, expected] of Object.entries(FILES)) {
  Deno.test({
    name: `${name} opens, its values are sensible`,
    ignore: !exists,
    async fn() {
      const { format, splats } = await readSplats(join(folder, name));
      assertEquals([format, splats.count, splats.degree], expected);
      const { bounds, scale, opacity, notFinite } = statisticsOf(splats);
      assertEquals(notFinite, 0);
      const extent = Math.max(...bounds!.max.map((max, k) => max - bounds!.min[k]!));
      assert(scale.min! > 0 && scale.median! < extent, `${scale.median} of ${extent}`);
      assert(opacity.min! >= 0 && opacity.median! > 0.03 && opacity.max! <= 1);
    },
  });
}

Deno.test({
  name: "every file of the folder is known, the meshes are refused as such",
  ignore: !exists,
  async fn() {
    const known = new Set(
      Object.keys(FILES).map((name) =>
        name === "playcanvas/playbot/3_0" ? `${name}/meta.json` : name
      ),
    );
    const walk = function* (path: string): Generator<string> {
      for (const { name, isDirectory } of Deno.readDirSync(join(folder, path))) {
        if (isDirectory) yield* walk(join(path, name));
        else if (!name.endsWith(".webp")) yield join(path, name);
      }
    };
    const others = [...walk("")].filter((name) => !known.has(name)).sort();
    const meshes = ["ascii", "binary"].map((kind) =>
      `metalsplatter/PLYIO/TestData/beetle.${kind}.ply`
    );
    assertEquals(others, meshes);
    for (const name of meshes) {
      await assertRejects(
        () => readSplats(join(folder, name)),
        SyntaxError,
        "it is a mesh with 2053 faces, not trained Gaussians",
      );
    }
  },
});

Deno.test({
  name: "the same three Gaussians as PLY, SPZ and .splat agree within the steps of these formats",
  ignore: !exists,
  async fn() {
    const [ply, spz, splat] = await Promise.all(
      ["ply", "spz", "splat"].map(async (ending) =>
        (await readSplats(join(folder, `${metal}.${ending}`))).splats
      ),
    );
    const within = (error: number, most: number) => assert(error <= most, `${error} > ${most}`);
    within(largestError(ply!.positions, splat!.positions, { width: 3 }), 0);
    within(largestError(ply!.positions, spz!.positions, { width: 3 }), 2 ** -13);
    within(largestError(ply!.logScales, splat!.logScales, { width: 3 }), 1e-5);
    within(largestError(ply!.logScales, spz!.logScales, { width: 3 }), 1 / 32 + 1e-6);
    // Opacities and colours of the .splat were cut off, not rounded.
    const opacity = { width: 1, of: sigmoid };
    within(largestError(ply!.opacities, splat!.opacities, opacity), 1 / 255);
    within(largestError(ply!.opacities, spz!.opacities, opacity), 1 / 510 + 1e-6);
    within(SH_C0 * largestError(ply!.shDc, splat!.shDc, { width: 3 }), 1 / 255 + 1e-6);
    within(SH_C0 * largestError(ply!.shDc, spz!.shDc, { width: 3 }), SH_C0 / 0.15 / 510 + 1e-6);
    within(largestAngle(ply!.quaternions, splat!.quaternions), 4 / 128);
    within(largestAngle(ply!.quaternions, spz!.quaternions), 0.005);
    within(largestError(ply!.shRest, spz!.shRest, { width: 45 }), 1 / 16 + 1 / 256);
  },
});

Deno.test({
  name: "the .splat, .ksplat and SPZ 3 and 4 of four Gaussians agree",
  ignore: !exists,
  async fn() {
    const read = async (name: string) =>
      (await readSplats(join(folder, "splat-transform", name))).splats;
    const expected = await read("minimal.splat");
    for (const name of ["minimal.ksplat", "minimal-v3.spz", "minimal-v4.spz"]) {
      const found = await read(name);
      assertEquals(largestError(expected.positions, found.positions, { width: 3 }), 0);
      assert(largestError(expected.logScales, found.logScales, { width: 3 }) < 1 / 32);
      assert(largestError(expected.opacities, found.opacities, { width: 1 }) < 1e-6);
      assert(largestError(expected.shDc, found.shDc, { width: 3 }) < 0.014);
    }
  },
});
