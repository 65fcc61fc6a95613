import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { encodePointCloud } from "../../../data/scenes/points/point_cloud.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import { SceneSnapshots } from "../../../model/view/scene_snapshots.ts";
import { noise } from "../../noise.ts";
import { cloudSplats, inFolder } from "../../cli/view/scenes.ts";

Deno.test("a scene is decoded once for all who ask, and anew when its file is another", () =>
  inFolder(async (folder) => {
    const snapshots = new SceneSnapshots();
    try {
      const path = join(folder, "a.ply");
      const ask = () => snapshots.get({ path, kind: "splats" });
      await writeSplats(path, cloudSplats(5, 0));
      const [one, two] = await Promise.all([ask(), ask()]);
      assert(one === two && await ask() === one);
      await writeSplats(path, cloudSplats(6, 0));
      const other = await ask();
      assert(other !== one);
      assertEquals(other.at(-1)!.length / one.at(-1)!.length, 6 / 5);
      await Deno.writeTextFile(path, "ply\nno more");
      await assertRejects(ask, Error, path); // and the next one is made all the same
      await writeSplats(path, cloudSplats(7, 0));
      assertEquals((await ask()).at(-1)!.length / one.at(-1)!.length, 7 / 5);
    } finally {
      snapshots.close();
    }
  }));

Deno.test("points to start from are searched on another thread: timers go on meanwhile", () =>
  inFolder(async (folder) => {
    const path = join(folder, "input.ply");
    const positions = Float32Array.from(noise(1, 30_000));
    const colours = new Uint8Array(30_000).fill(200);
    await Deno.writeFile(path, encodePointCloud({ positions, colours }));
    const snapshots = new SceneSnapshots();
    let [longest, last] = [0, performance.now()];
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    try {
      const started = performance.now();
      const first = await snapshots.get({ path, kind: "points" });
      const took = performance.now() - started;
      assert(longest < took / 2, `${longest} ms without an answer in ${took} ms`);
      assert(await snapshots.get({ path, kind: "points" }) === first);
    } finally {
      clearInterval(timer);
      snapshots.close();
    }
  }));
