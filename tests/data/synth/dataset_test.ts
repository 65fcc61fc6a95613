import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readInfos } from "../../../data/nuscenes/infos.ts";
import { imageFromLidar } from "../../../data/occupancy/projection.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";

const options = { seed: 5, scenes: 2, framesPerScene: 2, imageSize: [64, 36] as [number, number] };

async function contents(dir: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const walk = async (path: string) => {
    for await (const entry of Deno.readDir(join(dir, path))) {
      const name = join(path, entry.name);
      if (entry.isDirectory) await walk(name);
      else {
        const bytes = await Deno.readFile(join(dir, name));
        files[name] = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toHex();
      }
    }
  };
  await walk("");
  return files;
}

Deno.test("a set has nuScenes' layout, and the same seed writes the same bytes", async () => {
  const dirs = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  try {
    const told: string[] = [];
    for (const dir of dirs) {
      await writeSyntheticDataset(dir, {
        ...options,
        onProgress: (done, total) => told.push(`${done}/${total}`),
      });
    }
    assertEquals(told, ["1/4", "2/4", "3/4", "4/4", "1/4", "2/4", "3/4", "4/4"]);
    const files = await contents(dirs[0]!);
    assertEquals(await contents(dirs[1]!), files);
    assertEquals(Object.keys(files).length, 2 + 4 * (6 + 1 + 1));
    for (const split of ["train", "val"]) {
      const name = `nuscenes_cam/nuscenes_infos_${split}_sweeps_occ.pkl`;
      const frames = readInfos(await Deno.readFile(join(dirs[0]!, name)), name);
      assertEquals(frames.length, 2);
      for (const { cameras, lidar, token, index } of frames) {
        assertEquals(token.length, 32);
        for (const { file } of [...cameras, lidar]) {
          assert(files[join("nuscenes", file)], `${file} is written`);
        }
        assert(files[`surroundocc/samples/${lidar.file.split("/").at(-1)}.npy`]);
        // Every sensor fired at its own moment, so the car had its own place.
        const places = new Set(cameras.map(({ egoToGlobal }) => egoToGlobal.translation.join()));
        assertEquals(places.size, 6, `frame ${index}`);
        assert(cameras.every((camera) => imageFromLidar(camera, lidar).every(Number.isFinite)));
      }
    }
    await writeSyntheticDataset(dirs[1]!, { ...options, seed: 6 });
    const other = Object.values(await contents(dirs[1]!));
    assertEquals(other.filter((digest) => Object.values(files).includes(digest)).length, 32);
  } finally {
    for (const dir of dirs) await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("sizes that make no set are refused", async () => {
  for (const wrong of [{ scenes: 0 }, { framesPerScene: 0 }, { valScenes: 3 }]) {
    await assertRejects(
      () => writeSyntheticDataset("/nowhere", { ...options, ...wrong }),
      RangeError,
      "Cannot write a synthetic set",
    );
  }
});

Deno.test("a folder of other key frames is left as it is, an older set is replaced", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const once = { ...options, scenes: 1, framesPerScene: 1 };
    await writeSyntheticDataset(dir, once);
    await writeSyntheticDataset(dir, once);
    const own = join(dir, "surroundocc", "samples", "n015-2018__LIDAR_TOP__1.pcd.bin.npy");
    await Deno.writeTextFile(own, "");
    const before = await contents(dir);
    await assertRejects(
      () => writeSyntheticDataset(dir, { ...once, seed: 6 }),
      Error,
      'it holds "n015-2018__LIDAR_TOP__1.pcd.bin.npy", which is not one\'s',
    );
    assertEquals(await contents(dir), before);
    await Deno.remove(join(dir, "nuscenes"), { recursive: true });
    await Deno.remove(own);
    // An index of pictures that lie elsewhere.
    await assertRejects(() => writeSyntheticDataset(dir, once), Error, "nuscenes_infos_");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
