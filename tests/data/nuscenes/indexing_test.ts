import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { SampleLoader } from "../../../data/batches.ts";
import { indexNuscenes } from "../../../data/nuscenes/indexing.ts";
import { readInfos } from "../../../data/nuscenes/infos.ts";
import { referenceGeometry } from "../../../data/occupancy/image_geometry.ts";
import type { TablesVersion } from "../../../data/nuscenes/splits.ts";
import { readTables } from "../../../data/nuscenes/tables.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";
import { writeTablesOf } from "./written_tables.ts";

const options = { seed: 3, scenes: 3, framesPerScene: 2, imageSize: [32, 18] as [number, number] };

async function withSet(check: (dir: string) => Promise<void> | void) {
  const dir = await Deno.makeTempDir();
  try {
    await writeSyntheticDataset(dir, options);
    const infos = ["train", "val"].flatMap((split) => {
      const file = join(dir, "nuscenes_cam", `nuscenes_infos_${split}_sweeps_occ.pkl`);
      return readInfos(Deno.readFileSync(file), file);
    });
    // Two of the three scenes by names of the mini set's training part, one of its validation part.
    writeTablesOf(infos, join(dir, "nuscenes", "v1.0-mini"), [
      "scene-0061",
      "scene-0103",
      "scene-0757",
    ]);
    await check(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("tables become the infos they were written from, as a pickle and as JSON", () =>
  withSet((dir) => {
    const nuscenes = join(dir, "nuscenes");
    const expected = readTables(join(nuscenes, "v1.0-mini"));
    assertEquals(expected.length, 6);
    for (const out of [join(dir, "all.pkl"), join(dir, "all.json")]) {
      const phases: string[] = [];
      const report = indexNuscenes({
        nuscenes,
        out,
        labels: join(dir, "surroundocc"),
        onProgress: (phase, done, total) => phases.push(`${phase} ${done === total}`),
      });
      assertEquals(report, {
        version: "v1.0-mini",
        scenes: 3,
        keyFrames: 6,
        missing: { pictures: 0, sweeps: 0, first: null },
        skipped: 0,
        labelled: 6,
      });
      assertEquals(phases.at(-1), "files true");
      assertEquals(phases.includes("tables true"), true);
      assertEquals(readInfos(Deno.readFileSync(out), out), expected);
    }
    assertEquals(Deno.readTextFileSync(join(dir, "all.json")).includes(".pcd.bin.npy"), true);
  }));

Deno.test("a split keeps its scenes, and the loader reads a JSON index", () =>
  withSet(async (dir) => {
    const nuscenes = join(dir, "nuscenes"), cam = join(dir, "nuscenes_cam");
    const out = (split: string) => join(cam, `nuscenes_infos_${split}_sweeps_occ.json`);
    const val = indexNuscenes({ nuscenes, out: out("val"), split: "val" });
    assertEquals([val.scenes, val.keyFrames, val.labelled], [1, 2, null]);
    assertEquals(indexNuscenes({ nuscenes, out: out("train"), split: "train" }).scenes, 2);
    await Deno.remove(join(cam, "nuscenes_infos_val_sweeps_occ.pkl"));
    const pipeline = {
      task: surroundOcc,
      geometry: referenceGeometry([32, 16]),
      photometric: false,
    };
    using loader = await SampleLoader.open({ dataDir: dir, split: "val", pipeline, workers: 0 });
    assertEquals(loader.length, 2);
    assertEquals((await loader.next()).images.length, 6 * 32 * 16 * 3);
  }));

Deno.test("mini, trainval and test tables beside each other are told apart, each with its split", () =>
  withSet((dir) => {
    const nuscenes = join(dir, "nuscenes");
    const frames = readTables(join(nuscenes, "v1.0-mini"));
    // Of these names only scene-0012 is for validation in trainval; test has no annotations to read.
    const names = ["scene-0001", "scene-0012", "scene-0061"];
    writeTablesOf(frames, join(nuscenes, "v1.0-trainval"), names);
    writeTablesOf(frames, join(nuscenes, "v1.0-test"), names);
    const scenes = (version: TablesVersion, split?: "train" | "val") => {
      const out = join(dir, "index.pkl");
      return indexNuscenes({ nuscenes, out, version, ...split && { split } }).scenes;
    };
    assertEquals([scenes("v1.0-mini", "train"), scenes("v1.0-mini", "val")], [2, 1]);
    assertEquals([scenes("v1.0-trainval", "train"), scenes("v1.0-trainval", "val")], [2, 1]);
    assertEquals([scenes("v1.0-test"), scenes("v1.0-test", "val")], [3, 3]);
    assertThrows(() => scenes("v1.0-test", "train"), Error);
    assertThrows(
      () => indexNuscenes({ nuscenes, out: join(dir, "index.pkl") }),
      Error,
      "v1.0-trainval",
    );
  }));

Deno.test("missing files are counted, and left out when that is asked for", () =>
  withSet(async (dir) => {
    const nuscenes = join(dir, "nuscenes");
    const [first, second] = readTables(join(nuscenes, "v1.0-mini"));
    await Deno.remove(join(nuscenes, first!.cameras[2]!.file));
    await Deno.remove(join(nuscenes, first!.cameras[4]!.file));
    await Deno.remove(join(nuscenes, second!.lidar.file));
    const out = join(dir, "out.pkl");
    const missing = { pictures: 2, sweeps: 1, first: first!.cameras[2]!.file };
    const all = indexNuscenes({ nuscenes, out });
    assertEquals([all.keyFrames, all.skipped, all.missing], [6, 0, missing]);
    const whole = indexNuscenes({ nuscenes, out, skipMissing: true });
    assertEquals([whole.keyFrames, whole.skipped, whole.missing], [4, 2, missing]);
    assertEquals(readInfos(Deno.readFileSync(out)).map(({ index }) => index), [0, 1, 0, 1]);
  }));

Deno.test("folders without tables, with several, and JSON that is none are told", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const index = () => indexNuscenes({ nuscenes: dir, out: join(dir, "x.pkl") });
    assertThrows(index, Error, "it has none of v1.0-mini, v1.0-trainval, v1.0-test");
    for (const version of ["v1.0-mini", "v1.0-test"]) {
      await Deno.mkdir(join(dir, version));
      await Deno.writeTextFile(join(dir, version, "sample.json"), "[]");
    }
    assertThrows(index, Error, "it has v1.0-mini and v1.0-test, say which");
    assertThrows(
      () => indexNuscenes({ nuscenes: dir, out: join(dir, "x.pkl"), version: "v1.0-mini" }),
      Error,
      'scene.json": there is no such file, it is one of the tables',
    );
    const bytes = new TextEncoder().encode(' {"infos": ');
    assertThrows(() => readInfos(bytes, "i.json"), SyntaxError, 'Cannot read "i.json"');
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
