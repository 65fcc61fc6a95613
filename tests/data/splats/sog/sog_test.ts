import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openSource } from "../../../../data/formats/byte_source.ts";
import { concatBytes, zipChunks, type ZipMember } from "../../../../data/formats/zip/zip_write.ts";
import { readSplats } from "../../../../data/splats/read_splats.ts";
import { openSogBundle } from "../../../../data/splats/sog/sog.ts";
import { readAll } from "../../../../data/splats/splat_stream.ts";
import { paletteSize, sogMembers } from "../../../../data/splats/sog/sog_write.ts";
import { encodeWebp } from "../../../../data/pictures/webp.ts";
import { madeUpSplats } from "../made_up.ts";

/** Tests break the meta data in ways no type allows. */
type Meta = any;

/** A bundle of 40 Gaussians of degree 1 whose meta data, or members, were changed. */
async function bundle(
  change: (meta: Meta) => void = () => {},
  changeMembers: (members: ZipMember[]) => ZipMember[] = (members) => members,
): Promise<Uint8Array> {
  const [metaMember, ...pictures] = await sogMembers(madeUpSplats(40, 1));
  const meta = JSON.parse(new TextDecoder().decode(metaMember!.bytes));
  change(meta);
  const bytes = new TextEncoder().encode(JSON.stringify(meta));
  return concatBytes(zipChunks(changeMembers([{ name: "meta.json", bytes }, ...pictures])));
}

const read = async (bytes: Uint8Array) => readAll(await openSogBundle(openSource(bytes, "a.sog")));

Deno.test("the meta data are those of the format", async () => {
  const [metaMember, ...pictures] = await sogMembers(madeUpSplats(40, 1));
  const meta = JSON.parse(new TextDecoder().decode(metaMember!.bytes));
  assertEquals([meta.version, meta.count, meta.shN.bands, meta.shN.count], [2, 40, 1, 40]);
  assertEquals(meta.scales.codebook.length, 256);
  assertEquals(
    pictures.map(({ name }) => name),
    ["means_l", "means_u", "quats", "scales", "sh0", "shN_centroids", "shN_labels"].map((n) =>
      `${n}.webp`
    ),
  );
  assertEquals([1, 1024, 1025, 5000, 1e5, 1e7].map(paletteSize), [
    1,
    1024,
    1024,
    4096,
    65536,
    65536,
  ]);
});

Deno.test("a folder is read as its bundle is", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (const { name, bytes } of await sogMembers(madeUpSplats(40, 1))) {
      Deno.writeFileSync(join(folder, name), bytes);
    }
    const expected = await read(await bundle());
    assertEquals((await readSplats(folder)).splats, expected);
    assertEquals((await readSplats(join(folder, "meta.json"))).splats, expected);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("broken meta data are named", async () => {
  const cases: [(meta: Meta) => void, string][] = [
    [(meta) => delete meta.version, "SOG version undefined, only 1 and 2 are supported"],
    [(meta) => meta.count = 1.5, '"count" must be a whole number'],
    [(meta) => meta.count = 17, ""],
    [(meta) => meta.count = 1e8, "it declares 100000000 Gaussians, its files have"],
    [(meta) => meta.count = 200, 'a.sog/means_l.webp" at byte 0: 8x8 pixels are too few for 200'],
    [(meta) => meta.means = [], '"means" is missing or no object'],
    [(meta) => meta.means.mins = [0, 0], '"means.mins" must be 3 numbers'],
    [(meta) => meta.scales.codebook.pop(), '"scales.codebook" must be 256 numbers'],
    [(meta) => meta.sh0.codebook[3] = null, '"sh0.codebook" must be 256 numbers'],
    [
      (meta) => meta.quats.files = ["../quats.webp"],
      '"quats.files" must be 1 names of files beside',
    ],
    [(meta) => meta.quats.files = [".."], '"quats.files" must be 1 names'],
    [(meta) => meta.quats.files = ["other.webp"], 'the archive has no member "other.webp"'],
    [(meta) => meta.shN.bands = 5, '"shN.bands" is 5, it must be 1, 2, 3 or 4'],
    [(meta) => meta.shN.bands = 2, "its palette picture has 192x1 pixels"],
    [(meta) => meta.shN.count = 5, "of a palette of 5"],
    [(meta) => meta.shN.count = 65, "its palette picture has 192x1 pixels, 65 entries"],
  ];
  for (const [change, message] of cases) {
    const bytes = await bundle(change);
    if (message === "") assertEquals((await read(bytes)).count, 17);
    else await assertRejects(() => read(bytes), SyntaxError, message);
  }
});

Deno.test("broken archives and pictures are named", async () => {
  const without = await bundle(undefined, (members) => members.slice(1));
  await assertRejects(() => read(without), SyntaxError, 'the archive has no member "meta.json"');
  const text = await bundle(
    undefined,
    ([, ...others]) => [{ name: "meta.json", bytes: new TextEncoder().encode("{") }, ...others],
  );
  await assertRejects(() => read(text), SyntaxError, 'Cannot read "a.sog" at byte 0');
  await assertRejects(async () => read((await bundle()).slice(0, -1)), SyntaxError, "a.sog");
  // A picture of one colour: 4000 x 4000 pixels in a few bytes.
  const large = await encodeWebp({ width: 4000, height: 4000, data: new Uint8Array(6.4e7) });
  const bomb = await bundle(
    undefined,
    (members) =>
      members.map((member) =>
        member.name === "quats.webp" ? { name: member.name, bytes: large } : member
      ),
  );
  await assertRejects(() => read(bomb), SyntaxError, "a picture of 4000x4000 pixels, at most");
});
