import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { Pipeline } from "../../../data/occupancy/sample.ts";
import { rgbaPicture, rgbPicture } from "../../../data/pictures/picture.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { decodePicture } from "../../../data/pictures/read_picture.ts";
import { resizePicture } from "../../../data/pictures/resize_picture.ts";
import { SampleLoader } from "../../../data/batches.ts";
import { writeNpy } from "../../../data/formats/numpy/npy.ts";
import { readIndex } from "../../../data/own/index_file.ts";
import { readOwnLabels } from "../../../data/own/labels.ts";
import { readTask } from "../../../data/own/task_file.ts";
import { referenceGeometry } from "../../../data/occupancy/image_geometry.ts";
import { projectPoint } from "../../../data/occupancy/projection.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";

const dir = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
const set = join(dir, "set");
await writeSyntheticDataset(set, {
  ...{ seed: 3, scenes: 2, framesPerScene: 2, imageSize: [64, 36], layout: "own" },
});

type Json = Record<string, unknown>;
const row = (sequence: number): Json =>
  JSON.parse(Deno.readTextFileSync(join(set, "train.jsonl")).split("\n")[sequence]!);
const folderWith = (name: string, content: string) => {
  const folder = Deno.makeTempDirSync({ dir });
  Deno.writeTextFileSync(join(folder, name), content);
  return folder;
};

Deno.test("a folder with task.json is read: its camera, its classes, labels where pixels show them", async () => {
  const task = readTask(set);
  assertEquals([task.classes.length, task.empty, task.grid.dims], [7, 0, [64, 64, 8]]);
  using loader = await SampleLoader.open({
    ...{ dataDir: set, split: "train", workers: 0 },
    pipeline: { task, geometry: referenceGeometry([64, 32]), photometric: false },
  });
  const { dims, labels, mask, projection, images } = await loader.next();
  assertEquals([dims, images.length, labels.length], [[64, 64, 8], 64 * 32 * 3, 32768]);
  assertEquals(mask.every((value, i) => value === Number(labels[i] !== 255)), true);
  const road = labels.filter((label) => label === 3).length;
  assert(road > 100 && labels.includes(0), `${road} voxels of road`);
  // Ten metres ahead on the ground: the picture's middle column, in its lower half.
  const { intrinsics, camera_to_rig } = (row(0).cameras as Record<string, number[]>[])[0]!;
  const { u, v, depth } = projectPoint(projection, [10, 0, 0]);
  const [x, y, z] = [0, 1, 2].map((axis) =>
    [10, 0, 0].reduce(
      (sum, value, i) => sum + camera_to_rig![4 * i + axis]! * (value - camera_to_rig![4 * i + 3]!),
      0,
    )
  ) as [number, number, number];
  const [fx, , cx, , fy, cy] = intrinsics!;
  assertAlmostEquals(depth, z, 1e-4);
  assertAlmostEquals(u, fx! * x / z + cx!, 1e-3);
  // The reference's crop takes the rows above from a picture that is higher.
  assertAlmostEquals(v, fy! * y / z + cy! - 4, 1e-3);
});

Deno.test("cameras have pictures of any size, each drawn and projected by its own", async () => {
  const folder = Deno.makeTempDirSync({ dir });
  const json: Json = JSON.parse(Deno.readTextFileSync(join(set, "task.json")));
  Deno.writeTextFileSync(
    join(folder, "task.json"),
    JSON.stringify({ ...json, cameras: ["front", "half"] }),
  );
  const whole = row(0);
  const [front] = whole.cameras as Json[];
  const [fx, s, cx, a, fy, cy] = front!.intrinsics as number[];
  const picture = await decodePicture(Deno.readFileSync(join(set, front!.picture as string)), "a");
  const small = resizePicture(rgbaPicture(picture), [32, 18]);
  Deno.writeFileSync(join(folder, "half.png"), encodePng(rgbPicture(small)));
  // The same camera, its picture half as large.
  const half = {
    ...{ ...front, name: "half", picture: join(folder, "half.png") },
    intrinsics: [fx! / 2, s! / 2, cx! / 2, a, fy! / 2, cy! / 2, 0, 0, 1],
  };
  const cameras = [{ ...front, picture: join(set, front!.picture as string) }, half];
  const write = (cameras: Json[]) =>
    Deno.writeTextFileSync(
      join(folder, "train.jsonl"),
      JSON.stringify({ ...whole, cameras, labels: join(set, whole.labels as string) }),
    );
  write(cameras);
  const options = {
    ...{ dataDir: folder, split: "train" as const, workers: 0, seed: 5 },
    pipeline: {
      task: readTask(folder),
      geometry: { ...referenceGeometry([64, 32]), scale: [1, 1.4], rotate: [-3, 3] },
      photometric: false,
    } as Pipeline,
  };
  using loader = await SampleLoader.open(options);
  const { projection } = await loader.next();
  // Drawn alike, both see the same place at the same pixel, but for what sizes are rounded down to.
  for (const place of [[10, 0, 0], [15, 3, 1]] as const) {
    const [one, other] = [0, 16].map((from) =>
      projectPoint(projection.subarray(from, from + 16), place)
    );
    assertAlmostEquals(one!.u, other!.u, 1);
    assertAlmostEquals(one!.v, other!.v, 1);
  }
  // A calibration for other pixels is told.
  write([cameras[0]!, { ...half, intrinsics: [900, 0, 816, 0, 900, 491, 0, 0, 1] }]);
  using wrong = await SampleLoader.open(options);
  await assertRejects(
    () => wrong.next(),
    RangeError,
    "it has 32x18 pixels, its calibration is for others",
  );
});

Deno.test("the first row that is wrong is named with what is wrong with it", () => {
  const moved = (change: (row: Json) => void) => {
    const changed = row(0);
    change(changed);
    return changed;
  };
  const camera = (row: Json) => (row.cameras as Json[])[0]!;
  const cases: [Json[], string][] = [
    [[moved((r) => (r.rig_to_world as number[])[0] = 2)], `row 1: "rig_to_world" is not rigid`],
    [
      [moved((r) => (camera(r).camera_to_rig as number[])[14] = 1)],
      `row 1: "cameras[0].camera_to_rig" of camera "front" is not rigid`,
    ],
    [[row(1), row(0)], `row 2: "time" is`],
    [[row(0), row(0)], `row 2: "token" is`],
    [[moved((r) => r.token = "../a")], `row 1: "token" is "../a"`],
    [[moved((r) => delete camera(r).picture)], `row 1: "cameras[0].picture" must be a text`],
    [[moved((r) => camera(r).intrinsics = [1, 2])], `row 1: "cameras[0].intrinsics" must be`],
    [[moved((r) => (camera(r).intrinsics as number[])[0] = 0)], "[fx, s, cx, 0, fy, cy, 0, 0, 1]"],
    [[], "it holds no key frame"],
  ];
  for (const [rows, message] of cases) {
    const folder = folderWith("train.jsonl", rows.map((r) => JSON.stringify(r)).join("\n"));
    assertThrows(() => readIndex(folder, "train"), Error, message);
  }
});

Deno.test("a task.json that is wrong is refused by its field", () => {
  const good: Json = JSON.parse(Deno.readTextFileSync(join(set, "task.json")));
  const cases: [Json, string][] = [
    [{ range: [0, 0, 0, 10, 10, 1] }, `"range" is [0,0,0,10,10,1]`],
    [{ empty: 7 }, `"empty" is 7, it must be one of the 7 classes`],
    [{ colours: [[1, 2, 3]] }, `"colours" has 1 entries`],
    [{ ignored: [256] }, "it holds 256"],
    [{ voxel: 0 }, "voxel"],
    [{ classes: undefined }, "classes"],
  ];
  for (const [change, message] of cases) {
    const folder = folderWith("task.json", JSON.stringify({ ...good, ...change }));
    assertThrows(() => readTask(folder), Error, message);
  }
});

Deno.test("labels of another grid or with a class that is not there are refused", () => {
  const task = { ...readTask(set), ignored: [9] };
  const write = (shape: number[], label: number) => {
    const data = new Int32Array(shape.reduce((a, b) => a * b)).fill(label);
    Deno.writeFileSync(join(dir, "labels.npy"), writeNpy({ dtype: "int32", shape, data }));
    return readOwnLabels(dir, "labels.npy", task);
  };
  assertEquals(write([64, 64, 8], 9).mask.includes(1), false);
  assertThrows(() => write([64, 8, 64], 0), Error, "is [64,8,64], the grid of task.json");
  assertThrows(
    () => write([64, 64, 8], 8),
    Error,
    "voxel 0 has label 8, classes are 0 to 6 and 9 is ignored",
  );
});
