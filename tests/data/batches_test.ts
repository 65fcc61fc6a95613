import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { surroundOcc } from "../../data/nuscenes/task.ts";
import { type LoaderOptions, SampleLoader } from "../../data/batches.ts";
import { referenceGeometry } from "../../data/occupancy/image_geometry.ts";
import { rootsIn, type Sample, sampleBytes } from "../../data/occupancy/sample.ts";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";

const SHARED = new URL("../../../shared/data/", import.meta.url);
const haveShared = await Deno.stat(SHARED).then(() => true, () => false);
if (!haveShared) console.log("skipping the test on real key frames: ../shared/data is absent");

const dataDir = await Deno.makeTempDir();
await writeSyntheticDataset(dataDir, {
  seed: 1,
  scenes: 3,
  framesPerScene: 2,
  imageSize: [64, 36],
});
addEventListener("unload", () => Deno.removeSync(dataDir, { recursive: true }));

const pipeline = { task: surroundOcc, geometry: referenceGeometry([64, 32]), photometric: true };
const open = (options: Partial<LoaderOptions> = {}) =>
  SampleLoader.open({ dataDir, split: "train", pipeline, seed: 7, ...options });
const digest = ({ token, images, photometric, projection, labels }: Sample) =>
  [
    token,
    ...[images, photometric ?? [], projection, labels].map((array) =>
      (array as Uint8Array).reduce((sum, v, i) => sum + v * (i % 97 + 1), 0)
    ),
  ].join();

async function take(loader: SampleLoader, count: number): Promise<string[]> {
  const out: string[] = [];
  for (let i = 0; i < count; i++) out.push(digest(await loader.next()));
  return out;
}

Deno.test("samples come as typed arrays of the stated shapes", async () => {
  using loader = await open();
  assertEquals(loader.length, 4);
  const sample = await loader.next();
  assertEquals(sample.images.length, 6 * 32 * 64 * 3);
  assertEquals(sample.projection.length, 96);
  assertEquals([...sample.imageWh], Array.from({ length: 12 }, (_, i) => i % 2 ? 32 : 64));
  assertEquals(sample.photometric?.length, 48);
  assertEquals(sample.labels.length, 640000);
  assert(sample.labels.every((label, i) => (label !== 0) === (sample.mask[i] === 1)));
  const arrays = [sample.images, sample.projection, sample.imageWh, sample.photometric!];
  const held = [...arrays, sample.labels, sample.mask].reduce((sum, a) => sum + a.byteLength, 0);
  assertEquals(held, sampleBytes(pipeline));

  using coarse = await open({ split: "val", pipeline: { ...pipeline, coarsen: [4, 4, 2] } });
  const reduced = await coarse.next();
  assertEquals([reduced.dims, reduced.labels.length], [[50, 50, 8], 20000]);
  assertEquals([reduced.photometric, reduced.geometries.some(({ flip }) => flip)], [null, false]);
});

Deno.test("pictures may be mirrored each on its own, with projections of their own", async () => {
  const geometry = { ...pipeline.geometry, flip: "each" as const };
  using apart = await open({ pipeline: { ...pipeline, geometry } });
  using upright = await open({
    pipeline: { ...pipeline, geometry: { ...geometry, flip: false } },
  });
  const [sample, still] = [await apart.next(), await upright.next()];
  const flips = sample.geometries.map(({ flip }) => flip);
  assert(flips.includes(true) && flips.includes(false), `${flips}`);
  flips.forEach((flip, camera) => {
    const row = (projection: Float32Array, r: number) => [
      ...projection.subarray(16 * camera + 4 * r, 16 * camera + 4 * r + 4), // boxed: 4 numbers
    ];
    const [u, depth] = [row(still.projection, 0), row(still.projection, 2)];
    row(sample.projection, 0).forEach((value, i) => {
      const wanted = flip ? 64 * depth[i]! - u[i]! : u[i]!;
      assert(Math.abs(value - wanted) <= 1e-6 * (64 * Math.abs(depth[i]!) + Math.abs(u[i]!) + 1));
    });
    const pixel = (images: Uint8Array, x: number) => images[((camera * 32 + 20) * 64 + x) * 3];
    assertEquals(pixel(sample.images, 5), pixel(still.images, flip ? 58 : 5));
  });
});

Deno.test("the folder of labels may be the one that holds samples/, or samples/ itself", async () => {
  const roots = rootsIn(dataDir);
  const labels = join(roots.labels, "samples");
  using usual = await open({ workers: 0 });
  using inside = await open({ workers: 0, roots: { ...roots, labels } });
  assertEquals(digest(await inside.next()), digest(await usual.next()));

  const elsewhere = join(dataDir, "nuscenes");
  using neither = await open({ workers: 0, roots: { ...roots, labels: elsewhere } });
  const error = await assertRejects(() => neither.next(), Error);
  for (const folder of [join(elsewhere, "samples"), elsewhere]) {
    assert(error.message.includes(`"${folder}/`), error.message);
  }
});

Deno.test("any number of workers gives the same samples, epochs differ", async () => {
  const runs: string[][] = [];
  for (const workers of [0, 1, 3]) {
    using loader = await open({ workers });
    runs.push(await take(loader, 8));
  }
  assertEquals(runs[1], runs[0]);
  assertEquals(runs[2], runs[0]);
  const tokens = runs[0]!.map((sample) => sample.split(",")[0]);
  assertEquals(new Set(tokens.slice(0, 4)).size, 4);
  assertEquals(new Set(tokens.slice(4)).size, 4);
  assert(runs[0]!.slice(4).every((sample) => !runs[0]!.slice(0, 4).includes(sample)), "new draws");
});

Deno.test("a loader opened at a saved position goes on as the first would have", async () => {
  using whole = await open();
  const expected = await take(whole, 11);
  for (const stop of [1, 4, 6]) {
    using first = await open({ workers: 1 });
    await take(first, stop);
    assertEquals(first.position, { epoch: Math.floor(stop / 4), index: stop % 4 });
    using second = await open({ position: first.position });
    assertEquals(await take(second, 11 - stop), expected.slice(stop));
  }
});

Deno.test("a sample's draws do not depend on how ranks share the epoch", async () => {
  using whole = await open();
  const alone = (await take(whole, 4)).sort();
  const shared: string[] = [];
  for (const rank of [0, 1]) {
    using loader = await open({ rank, ranks: 2 });
    shared.push(...await take(loader, 2));
  }
  assertEquals(shared.sort(), alone);
});

Deno.test("no more is loaded ahead than the memory budget holds", async () => {
  const bytes = sampleBytes(pipeline);
  const depth = async (more: Partial<LoaderOptions>) => {
    using loader = await open(more);
    return loader.depth;
  };
  assertEquals(await depth({ memoryBudget: 3.9 * bytes, workers: 2 }), 3);
  assertEquals(await depth({ memoryBudget: 1, workers: 1 }), 1);
  assertEquals(await depth({ workers: 1 }), 4);
});

Deno.test("a loop ends with the epoch; ranks share it", async () => {
  const seen: string[] = [];
  for (const rank of [0, 1]) {
    using loader = await open({ rank, ranks: 2 });
    for await (const { token } of loader) seen.push(token);
    assertEquals(loader.position, { epoch: 1, index: 0 });
  }
  assertEquals([seen.length, new Set(seen).size], [4, 4]);
  await assertRejects(() => open({ rank: 2, ranks: 2 }), RangeError, "rank 2 of 2");
  // More ranks than key frames: in training each still has one, an evaluation leaves some without.
  using filled = await open({ rank: 4, ranks: 5 });
  assertEquals(filled.length, 1);
  using idle = await open({ rank: 4, ranks: 5, shuffle: false });
  for await (const { token } of idle) seen.push(token);
  assertEquals(seen.length, 4);
});

Deno.test("a broken or missing file is named, or skipped and counted", async () => {
  const copy = await Deno.makeTempDir();
  try {
    await writeSyntheticDataset(copy, {
      seed: 2,
      scenes: 2,
      framesPerScene: 3,
      imageSize: [64, 36],
    });
    const options = { dataDir: copy, shuffle: false, workers: 1 };
    const { frames } = await open(options);
    const cut = join(copy, "nuscenes", frames[0]!.cameras[4]!.file);
    await Deno.writeFile(cut, (await Deno.readFile(cut)).subarray(0, 500));
    const gone = join(copy, "surroundocc/samples", `${frames[2]!.lidar.file.split("/")[2]}.npy`);
    await Deno.remove(gone);
    {
      using loader = await open(options);
      await assertRejects(() => loader.next(), SyntaxError, `Cannot read "${cut}"`);
      // The position stays before the bad sample: asking again fails again.
      assertEquals(loader.position, { epoch: 0, index: 0 });
      await assertRejects(() => loader.next(), SyntaxError, cut);
    }
    {
      using loader = await open({ ...options, position: { epoch: 0, index: 2 } });
      await assertRejects(
        () => loader.next(),
        Error,
        `Cannot read "${gone}": there is no such file`,
      );
    }
    {
      using loader = await open({ ...options, skipBad: true });
      const tokens: string[] = [];
      for await (const { token } of loader) tokens.push(token);
      assertEquals(tokens, [frames[1]!.token]);
      assertEquals(loader.skipped.map(({ token }) => token), [frames[0]!.token, frames[2]!.token]);
    }
    await Deno.remove(join(copy, "nuscenes", frames[1]!.cameras[0]!.file));
    using hopeless = await open({ ...options, skipBad: true });
    await assertRejects(() => hopeless.next(), Error, "all 3 of an epoch were skipped");
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
});

Deno.test("what cannot be opened says why", async () => {
  const roots = rootsIn("/nowhere");
  await assertRejects(() => open({ roots }), Error, 'Cannot read "/nowhere/nuscenes_cam');
  await assertRejects(
    () => SampleLoader.open({ split: "train", pipeline }),
    TypeError,
    "neither dataDir nor roots",
  );
  await assertRejects(() => open({ workers: -1 }), RangeError, "-1 workers");
  await assertRejects(
    () => open({ position: { epoch: 0, index: -1 } }),
    RangeError,
    "count from 0",
  );
  const closed = await open();
  closed.close();
  await assertRejects(() => closed.next(), Error, "the loader is closed");
});

Deno.test({
  name: "the two real key frames load, flipped and not",
  ignore: !haveShared,
  async fn() {
    for (const split of ["train", "val"] as const) {
      using loader = await SampleLoader.open({
        dataDir: SHARED.pathname,
        split,
        shuffle: true,
        pipeline: {
          task: surroundOcc,
          geometry: referenceGeometry([1600, 864]),
          photometric: false,
        },
      });
      assertEquals(loader.length, 1);
      const sample = await loader.next();
      assertEquals(sample.images.length, 24883200);
      const counted = sample.labels.filter((label) => label !== 17).length;
      assertEquals(counted, split === "train" ? 6404 : 6258);
    }
  },
});
