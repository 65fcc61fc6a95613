import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { SampleLoader } from "../../../data/batches.ts";
import { datasetIn, taskOfFolder } from "../../../data/datasets.ts";
import { projectKeyFrame } from "../../../data/drawing/project_key_frame.ts";
import { CALIBRATION, readCalibration } from "../../../data/kitti360/calibration.ts";
import { kitti360Drives } from "../../../data/kitti360/dataset.ts";
import { readFrames } from "../../../data/kitti360/frames.ts";
import { indexKitti360 } from "../../../data/kitti360/indexing.ts";
import { kitti360 } from "../../../data/kitti360/task.ts";
import { inspectFile } from "../../../data/inspect.ts";
import { rootsIn } from "../../../data/occupancy/sample.ts";
import { matrixFromPose, multiply4 } from "../../../data/occupancy/rigid.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";

const dir = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
const set = join(dir, "set");
await writeSyntheticDataset(set, {
  ...{ seed: 5, scenes: 2, framesPerScene: 1, testScenes: 1, valScenes: 0, layout: "kitti360" },
  imageSize: [176, 47],
});
const DRIVE = "2013_05_28_drive_0000_sync";
const roots = rootsIn(set);

Deno.test("drives are an index: the frames of a split in order, with labels, camera and place", async () => {
  assertEquals(datasetIn(set), kitti360Drives);
  assertEquals(taskOfFolder(set, "nuscenes"), kitti360);
  const [frame, ...others] = await kitti360Drives.readSplit(roots, "train");
  assertEquals(others, []);
  assertEquals(frame!.token, `${DRIVE}_000000`);
  assertEquals(frame!.cameras.map(({ name, intrinsic }) => [name, intrinsic.slice(0, 6)]), [
    ["image_00", [552.554261, 0, 682.049453, 0, 552.554261, 238.769549].map((f) => f / 8)],
  ]);
  // The camera's place is written; that of the lidar is made of it and must be the street's own.
  const rows = (await Deno.readTextFile(join(set, "data_2d_raw", DRIVE, "pose.txt"))).split(" ");
  matrixFromPose(frame!.lidar.egoToGlobal).slice(0, 12).forEach((value, i) =>
    assertAlmostEquals(value, Number(rows[i + 1]), 1e-6)
  );
  assertEquals((await kitti360Drives.readSplit(roots, "test")).length, 1);
  await assertRejects(
    () => kitti360Drives.readSplit(roots, "val"),
    Error,
    "Cannot read the val split: no voxels (NNNNNN.bin) in",
  );
});

Deno.test("a sample is the whole picture with black below it, and labels where pixels show them", async () => {
  using loader = await SampleLoader.open({
    ...{ dataDir: set, split: "train", workers: 0, augment: false },
    pipeline: {
      task: kitti360,
      photometric: false,
      geometry: {
        ...{ imageSize: [1408, 384], fit: "pad", scale: [1, 1], bottom: [0, 0] },
        ...{ flip: true, rotate: [0, 0] },
      },
    },
  });
  const { dims, labels, mask, projection, images } = await loader.next();
  assertEquals([dims, images.length], [[256, 256, 32], 3 * 1408 * 384]);
  assertEquals(images.subarray(3 * 1408 * 376).some((value) => value !== 0), false);
  assert(labels.every((label, i) => label < 19 && mask[i] === 1 || label === 255 && mask[i] === 0));
  // K [R t] of the published constants, whose pictures are as large as the input; those here are 8 times smaller.
  const [x, y, z] = [20.1, 3.3, -1.7];
  // deno-fmt-ignore
  const lidarFromCamera = [
    0.04307104361, -0.08829286498, 0.995162929, 0.8043914418,
    -0.999004371, 0.007784614041, 0.04392796942, 0.2993489574,
    -0.01162548558, -0.9960641394, -0.08786966659, -0.1770225824,
  ];
  const [a, b, c] = [0, 1, 2].map((column) =>
    [x, y, z].reduce(
      (sum, value, row) =>
        sum + lidarFromCamera[4 * row + column]! * (value - lidarFromCamera[4 * row + 3]!),
      0,
    )
  ) as [number, number, number];
  const seen = [0, 1, 2].map((row) =>
    projection[4 * row]! * x + projection[4 * row + 1]! * y + projection[4 * row + 2]! * z +
    projection[4 * row + 3]!
  );
  assertAlmostEquals(seen[2]!, c, 1e-4);
  assertAlmostEquals(seen[0]! / seen[2]!, 552.554261 * a / c + 682.049453, 1e-2);
  assertAlmostEquals(seen[1]! / seen[2]!, 552.554261 * b / c + 238.769549, 1e-2);
});

Deno.test("labels are the preprocessed file's, else made of the raw ones, which are the same here", async () => {
  const [frame] = readFrames(set, "train");
  const read = () => kitti360Drives.readLabels(frame!, roots, kitti360);
  const preprocessed = await read();
  const moved = join(dir, "moved.npy");
  await Deno.rename(join(set, frame!.labels!), moved);
  assertEquals(await read(), preprocessed);
  const raw = join(set, "data_2d_raw", DRIVE, "voxels", "000000.label");
  await Deno.rename(raw, `${raw}.away`);
  await assertRejects(read, Error, `${DRIVE}_000000": there is neither`);
  await Deno.rename(`${raw}.away`, raw);
  await Deno.rename(moved, join(set, frame!.labels!));
});

Deno.test("an index of JSON lines holds the same key frames and is read in place of the folders", async () => {
  const report = indexKitti360({ root: set, split: "train", out: join(dir, "train.jsonl") });
  assertEquals(report, {
    ...{ scenes: 1, keyFrames: 1, skipped: 0, labelled: 1 },
    missing: { pictures: 0, first: null },
  });
  const elsewhere = { ...roots, infos: dir };
  assertEquals(kitti360Drives.indexFile(elsewhere, "train"), join(dir, "train.jsonl"));
  const [listed] = await kitti360Drives.readSplit(elsewhere, "train");
  const [frame] = readFrames(set, "train");
  assertEquals([listed!.token, listed!.labels], [frame!.token, frame!.labels]);
  const [was, is] = [frame, listed].map(({ lidar, cameras }: any) =>
    multiply4(matrixFromPose(lidar.egoToGlobal), matrixFromPose(cameras[0].sensorToEgo))
  );
  was!.forEach((value, i) => assertAlmostEquals(is![i]!, value, 1e-6));
  assertThrows(
    () => indexKitti360({ root: set, split: "val", out: join(dir, "val.jsonl") }),
    Error,
    "its val split has no voxels",
  );
});

Deno.test("KITTI-360's own calibration is read where it is; drives break where frames are missing", async () => {
  const root = join(dir, "own");
  await Deno.mkdir(join(root, "calibration"), { recursive: true });
  const numbers = [500, 0, 600, 0, 0, 501, 200, 0, 0, 0, 1, 0];
  await Deno.writeTextFile(
    join(root, "calibration", "perspective.txt"),
    `S_rect_00: 1408 376\nP_rect_00: ${numbers.join(" ")}\n`,
  );
  const { intrinsic, sensorToEgo } = readCalibration(root);
  assertEquals(intrinsic, [500, 0, 600, 0, 501, 200, 0, 0, 1]);
  assertEquals(sensorToEgo, CALIBRATION.sensorToEgo);
  await Deno.writeTextFile(join(root, "calibration", "calib_cam_to_velo.txt"), "1 2 3");
  assertThrows(() => readCalibration(root), SyntaxError, `"1 2 3" must be 12 numbers`);
  const voxels = join(root, "data_2d_raw", DRIVE, "voxels");
  await Deno.mkdir(voxels, { recursive: true });
  for (const number of [0, 5, 10, 60, 65]) {
    await Deno.writeFile(join(voxels, `${String(number).padStart(6, "0")}.bin`), new Uint8Array());
  }
  await Deno.remove(join(root, "calibration"), { recursive: true });
  assertEquals(readFrames(root, "train").map(({ sceneToken, index }) => [sceneToken, index]), [
    ...[[DRIVE, 0], [DRIVE, 1], [DRIVE, 2]],
    ...[[`${DRIVE}_1`, 0], [`${DRIVE}_1`, 1]],
  ]);
});

Deno.test("labelled voxels are drawn on the picture, by data project", async () => {
  const out = join(dir, "frame.png");
  const report = await projectKeyFrame({ dataDir: set, split: "train", frame: 0, width: 88, out });
  assertEquals([report.what, report.keyFrames], ["labels", 1]);
  assert(report.cameras[0]!.inside > 1000, `${report.cameras[0]!.inside} voxels in the picture`);
  await assertRejects(
    () => projectKeyFrame({ dataDir: set, split: "train", frame: 0, what: "lidar", out }),
    Error,
    "its index names no file of it",
  );
});

Deno.test("data inspect tells the three raw files by their names, and where they are", async () => {
  const voxels = join(set, "data_2d_raw", DRIVE, "voxels");
  for (
    const [name, dtype, most] of [["label", "uint16", 80], ["invalid", "uint8", 1], [
      "bin",
      "uint8",
      1,
    ]] as const
  ) {
    const { format, content } = await inspectFile(join(voxels, `000000.${name}`));
    assertEquals([format, content[0]!.dtype, content[0]!.shape], ["SSCBench voxels", dtype, [
      ...[256, 256, 32],
    ]]);
    assert(content[0]!.range!.max! >= 1 && content[0]!.range!.max! <= most + 20);
  }
  const cut = join(dir, "cut.label");
  await Deno.writeFile(cut, new Uint8Array(10));
  await assertRejects(() => inspectFile(cut), SyntaxError, "it has 10 bytes, two bytes a voxel");
});
