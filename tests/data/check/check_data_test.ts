import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { checkData } from "../../../data/check/check_data.ts";
import { sightPicture } from "../../../data/check/sight.ts";
import { datasetOf } from "../../../data/datasets.ts";
import { writeNpy } from "../../../data/formats/numpy/npy.ts";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import { occ3d } from "../../../data/occ3d/task.ts";
import { faultText } from "../../../data/occupancy/fault.ts";
import { rootsIn } from "../../../data/occupancy/sample.ts";
import { readTask } from "../../../data/own/task_file.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";

const dir = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
const set = join(dir, "own");
const small = { imageSize: [64, 36] as [number, number], scenes: 2 };
await writeSyntheticDataset(set, { ...small, seed: 3, framesPerScene: 6, layout: "own" });

type Json = Record<string, unknown>;
const rows = Deno.readTextFileSync(join(set, "train.jsonl")).trim().split("\n")
  .map((line) => JSON.parse(line) as Json);
const camera = (row: Json) => (row.cameras as Json[])[0]!;

Deno.test("a set that is as it must be has no fault, and its voxels are counted by class", async () => {
  const { dataset, splits, voxels, faults } = await checkData({ dataDir: set });
  assertEquals([dataset, faults], ["own", []]);
  assertEquals(
    splits.map(({ split, keyFrames, sequences, labelled }) => [
      ...[split, keyFrames, sequences, labelled],
    ]),
    [["train", 6, 1, 6], ["val", 6, 1, 6]],
  );
  assertEquals(voxels.reduce((sum, { count }) => sum + count, 0), 12 * 64 * 64 * 8);
  assertEquals(voxels.map(({ name }) => name).slice(0, 2), ["free", "vehicle"]);
  const some = await checkData({ dataDir: set, every: 4 });
  assertEquals(some.splits.map(({ checked }) => checked), [2, 2]);
});

Deno.test("all faults of a set are listed at once, each by file and field", async () => {
  const broken = join(dir, "broken");
  await Deno.mkdir(join(broken, "labels"), { recursive: true });
  await Deno.copyFile(join(set, "task.json"), join(broken, "task.json"));
  for (const folder of ["pictures/front", "labels"]) {
    await Deno.mkdir(join(broken, folder), { recursive: true });
    for (const { name } of Deno.readDirSync(join(set, folder))) {
      await Deno.copyFile(join(set, folder, name), join(broken, folder, name));
    }
  }
  const [a, b, c, d, e, f] = structuredClone(rows) as [Json, Json, Json, Json, Json, Json];
  const write = (name: string, shape: number[], label: number) => {
    const data = new Uint8Array(shape.reduce((x, y) => x * y)).fill(label);
    Deno.writeFileSync(join(broken, name), writeNpy({ dtype: "uint8", shape, data }));
  };
  write("labels/grid.npy", [64, 8, 64], 0);
  a.labels = "labels/grid.npy";
  write("labels/class.npy", [64, 64, 8], 7);
  b.labels = "labels/class.npy";
  delete camera(c).intrinsics;
  delete c.rig_to_world;
  (d.rig_to_world as number[])[0] = 2;
  (camera(d).camera_to_rig as number[])[5] = 9;
  camera(e).picture = "pictures/front/none.jpg";
  f.time = 0;
  const stray: Json = { ...structuredClone(rows[0]!), token: rows[1]!.token };
  const blind = structuredClone(rows[0]!);
  Object.assign(blind, { token: "blind", sequence: "other", cameras: [] });
  const behind = structuredClone(rows[0]!);
  const up = camera(behind).camera_to_rig as number[];
  // Turned to the sky: its z axis is the rig's.
  for (let row = 0; row < 3; row++) for (let k = 0; k < 3; k++) up[4 * row + k] = Number(row === k);
  Object.assign(behind, { token: "behind", sequence: "third" });
  const lines = [a, b, c, d, e, f, stray, blind, behind].map((row) => JSON.stringify(row));
  await Deno.writeTextFile(join(broken, "train.jsonl"), [...lines, "{"].join("\n"));
  await Deno.writeTextFile(join(broken, "val.jsonl"), JSON.stringify({ ...rows[4], time: 1 }));

  const { faults, splits } = await checkData({ dataDir: broken });
  const texts = faults.map((fault) => faultText(fault).replaceAll(broken, "SET"));
  const expected = [
    `"SET/train.jsonl", row 3: "rig_to_world" must be a list of 16, got nothing`,
    `"SET/train.jsonl", row 3: "cameras[0].intrinsics" must be a list of 9, got nothing`,
    `"SET/train.jsonl", row 4: "rig_to_world" is not rigid`,
    `"SET/train.jsonl", row 4: "cameras[0].camera_to_rig" of camera "front" is not rigid`,
    `"SET/train.jsonl", row 6: "time" is 0, the key frame before it`,
    `"SET/train.jsonl", row 7: "token" is "${rows[1]!.token}", as that of a row before it`,
    `"SET/train.jsonl", row 7: "time" is`,
    `"SET/train.jsonl", row 8: "cameras" must be a list of one at least`,
    `"SET/train.jsonl", row 10: it is not JSON`,
    `"SET/labels/grid.npy", key frame ${a.token}: "labels" "labels" is [64,8,64], the grid`,
    `"SET/labels/class.npy", key frame ${b.token}: "labels" voxel 0 has label 7, classes are 0 to 6`,
    `"SET/pictures/front/none.jpg", key frame ${e.token}: "cameras.front.picture" there is no such`,
    `"SET/train.jsonl", key frame behind: "cameras.front.camera_to_rig" shows nothing of the grid`,
    `"SET/val.jsonl", key frame ${rows[4]!.token}: "token" is in the split "train" too`,
  ];
  for (const text of expected) {
    assertEquals(
      texts.filter((one) => one.startsWith(text)).length,
      1,
      `${text}\n${texts.join("\n")}`,
    );
  }
  assertEquals(texts.length, expected.length, texts.join("\n"));
  assertEquals(splits.map(({ keyFrames }) => keyFrames), [4, 1]);
});

Deno.test("Occ3D's masks are missed where its measure needs them", async () => {
  const nuscenes = join(dir, "occ3d");
  const one = { ...small, scenes: 1, valScenes: 0 };
  await writeSyntheticDataset(nuscenes, { ...one, seed: 2, framesPerScene: 1, layout: "occ3d" });
  const [frame] = await datasetOf(occ3d).readSplit(rootsIn(nuscenes), "train");
  const gts = join(
    nuscenes,
    "gts",
    [...Deno.readDirSync(join(nuscenes, "gts"))].map((e) => e.name).sort()[0]!,
  );
  const semantics = {
    dtype: "uint8" as const,
    shape: [200, 200, 16],
    data: new Uint8Array(640_000),
  };
  Deno.writeFileSync(join(gts, frame!.token, "labels.npz"), writeNpz({ semantics }));
  const { faults, dataset } = await checkData({ dataDir: nuscenes });
  assertEquals(dataset, "occ3d");
  assertEquals(faults.map(({ field, place }) => [field, place]), [
    ["labels", `key frame ${frame!.token}`],
  ]);
  assert(faults[0]!.what.includes("mask_camera"), faults[0]!.what);
});

Deno.test("a folder of no known layout, and a set of another name, are refused", async () => {
  await assertRejects(() => checkData({ dataDir: dir }), Error, "laid out as none of the sets");
  await assertRejects(() => checkData({ dataDir: set, dataset: "x" }), Error, 'a set "x": those');
});

Deno.test("a camera's sight begins at it and opens to where it looks, the car's front up", () => {
  const task = {
    ...readTask(set),
    grid: { dims: [10, 10, 1], voxel: 1, min: [-5, -5, 0] },
  } as const;
  const still = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] } as const;
  // x of the camera is right, z ahead: of the car, whose x is ahead and y left.
  const ahead = { rotation: [0.5, -0.5, 0.5, -0.5], translation: [0, 0, 1] } as const;
  const picture = sightPicture(
    {
      ...{ token: "", sceneToken: "", index: 0, timestamp: 0 },
      cameras: [{
        ...{ name: "front", file: "", timestamp: 0, sensorToEgo: ahead, egoToGlobal: still },
        intrinsic: [50, 0, 50, 0, 50, 50, 0, 0, 1],
      }],
      lidar: { file: "", sensorToEgo: still, egoToGlobal: still },
    },
    { labels: new Uint8Array(100), dims: [10, 10, 1] },
    { task, widths: new Map([["front", 100]]), side: 100 },
  );
  const red = (u: number, v: number) => {
    const at = 3 * (v * 100 + u);
    return picture.data[at]! - picture.data[at + 1]! > 90; // its edges are smooth
  };
  assert(red(50, 50), "the camera is in the middle");
  // 90 degrees wide: its edges run along the diagonals upwards.
  assert(red(40, 40) && red(60, 40), "its edges open to the front");
  assert(!red(40, 60) && !red(60, 60), "nothing is seen at the back");
});
