import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { openSource } from "../../../../data/formats/byte_source.ts";
import { concatBytes, zipChunks, type ZipMember } from "../../../../data/formats/zip/zip_write.ts";
import { readSplats } from "../../../../data/splats/read_splats.ts";
import { openSogBundle } from "../../../../data/splats/sog/sog.ts";
import { sogMembers } from "../../../../data/splats/sog/sog_write.ts";
import { parseLodMeta } from "../../../../data/splats/sog/streamed_sog.ts";
import { readAll } from "../../../../data/splats/splat_stream.ts";
import { largestError, madeUpSplats } from "../made_up.ts";
import { BOUNDS, sogOneMembers } from "./sog_one.ts";

function place(folder: string, members: readonly ZipMember[]): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of members) Deno.writeFileSync(join(folder, name), bytes);
}

const leaf = (level: number, file: number) => ({
  lods: { [level]: { file, offset: 0, count: 1 } },
});

const META = {
  version: 1,
  lodLevels: 2,
  filenames: ["0_0/meta.json", "0_1/meta.json", "1_0/meta.json"],
  tree: {
    children: [
      { lods: { 0: { file: 1, offset: 0, count: 30 }, 1: { file: 2, offset: 0, count: 5 } } },
      leaf(0, 0),
    ],
  },
};

Deno.test("of a streamed scene one level is read, its parts joined in their order", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const sizes = [40, 30, 5];
    const degrees = [1, 2, 0] as const;
    for (const [i, name] of ["0_0", "0_1", "1_0"].entries()) {
      place(join(folder, name), await sogMembers(madeUpSplats(sizes[i]!, degrees[i]!, i + 1)));
    }
    Deno.writeTextFileSync(join(folder, "lod-meta.json"), JSON.stringify(META));
    const finest = await readSplats(folder);
    assertEquals([finest.format, finest.splats.count, finest.splats.degree], [
      "streamed-sog",
      70,
      2,
    ]);
    assertEquals(finest.remarks, ["level 0 of 2, 0 being the finest"]);
    const first = (await readSplats(join(folder, "0_0"))).splats;
    assertEquals(finest.splats.positions.subarray(0, 120), first.positions);
    const coarse = await readSplats(join(folder, "lod-meta.json"), { lod: 1 });
    assertEquals([coarse.splats.count, coarse.splats.degree], [5, 0]);
    await assertRejects(
      () => readSplats(folder, { lod: 2 }),
      SyntaxError,
      "it has no level 2, its levels are 0 (the finest) to 1",
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("lists of parts that lead elsewhere, or are no lists, are refused", () => {
  // deno-lint-ignore no-explicit-any
  const cases: [change: (meta: any) => void, message: string][] = [
    [(meta) => delete meta.lodLevels, '"lodLevels" must be a whole number from 1'],
    [(meta) => meta.lodLevels = 1e9, '"lodLevels" must be a whole number from 1'],
    [(meta) => meta.filenames = {}, '"filenames" must be names of files below'],
    [(meta) => meta.filenames[0] = "../0_0/meta.json", '"filenames" must be names'],
    [(meta) => meta.filenames[0] = "/etc/meta.json", '"filenames" must be names'],
    [(meta) => meta.filenames[0] = "http://a/meta.json", '"filenames" must be names'],
    [(meta) => meta.tree.children[1] = leaf(0, 9), 'a leaf of "tree" names file 9 of level 0'],
    [(meta) => meta.tree.children[1] = leaf(7, 0), 'a leaf of "tree" names file 0 of level 7'],
    [(meta) => meta.tree = 3, '"tree" must be nodes'],
    [(meta) => {
      for (let i = 0; i < 100; i++) meta.tree = { children: [meta.tree] };
    }, "64 deep at most"],
  ];
  for (const [change, message] of cases) {
    const meta = structuredClone(META);
    change(meta);
    assertThrows(() => parseLodMeta(JSON.stringify(meta)), RangeError, message);
  }
});

Deno.test("version 1 has bounds in place of codebooks, logits of opacity, and a palette's size untold", async () => {
  const splats = madeUpSplats(70, 2);
  const bytes = concatBytes(zipChunks(await sogOneMembers(splats)));
  const one = readAll(await openSogBundle(openSource(bytes, "a.sog")));
  const two = readAll(
    await openSogBundle(openSource(concatBytes(zipChunks(await sogMembers(splats))), "a.sog")),
  );
  assertEquals([one.count, one.degree], [70, 2]);
  assertEquals([one.positions, one.quaternions], [two.positions, two.quaternions]);
  const within = (column: Float32Array, [min, max]: readonly [number, number]) =>
    assert(column.every((value) => value >= min && value <= max));
  within(one.logScales, BOUNDS.scale);
  within(one.shDc, BOUNDS.color);
  within(one.opacities, BOUNDS.opacity);
  within(one.shRest, BOUNDS.harmonic);
  // The bytes of opacity are even steps of alpha there, and of its logit here.
  const alpha = two.opacities.map((value) => 12 / (1 + Math.exp(-value)) - 6);
  assert(largestError(one.opacities, alpha, { width: 1 }) < 1e-4);
});
