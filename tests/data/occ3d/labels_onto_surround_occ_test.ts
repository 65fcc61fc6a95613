import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { dataLabel } from "../../../cli/commands/data/label.ts";
import { keepingTerminal } from "../../cli/keeping_terminal.ts";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import { writeInfos } from "../../../data/nuscenes/infos_writer.ts";
import { CAMERA_NAMES } from "../../../data/nuscenes/cameras.ts";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import {
  labelFromOcc3d,
  surroundOccFromOcc3d,
} from "../../../data/occ3d/labels_onto_surround_occ.ts";
import { readSurroundOcc } from "../../../data/nuscenes/surround_occ.ts";
import { readOcc3d } from "../../../data/occ3d/labels.ts";
import type { Pose } from "../../../data/occupancy/rigid.ts";
import { labelFile } from "../../../data/nuscenes/label_file.ts";
import { rootsIn } from "../../../data/occupancy/sample.ts";
import { filesUnder } from "../../shared_files.ts";

const DIMS = [200, 200, 16] as const;
const COUNT = 200 * 200 * 16;
const at = (x: number, y: number, z: number) => (x * 200 + y) * 16 + z;
// nuScenes' lidar looks to the car's right: its y is the car's x.
const half = Math.SQRT1_2;
const lidarPose: Pose = { rotation: [half, 0, 0, -half], translation: [0.94, 0, 1.84] };

Deno.test("a voxel of Occ3D goes where the lidar has it, what it does not say is ignored", () => {
  const labels = new Uint8Array(COUNT).fill(17);
  const mask = new Uint8Array(COUNT).fill(1);
  // The middle of the lidar's voxel (110, 130, 8) is (5.25, 15.25, -0.75), the car's (16.19, -5.25, 1.09).
  labels[at(140, 86, 5)] = 4;
  // And (60, 100, 8), (-19.75, 0.25, -0.75), the car's (1.19, 19.75, 1.09), is not seen.
  for (let x = 100; x < 106; x++) {
    for (let y = 147; y < 152; y++) for (let z = 3; z < 8; z++) mask[at(x, y, z)] = 0;
  }
  const dense = surroundOccFromOcc3d({ dims: DIMS, labels, mask }, lidarPose);
  assertEquals(dense[at(110, 130, 8)], 4);
  assertEquals(dense[at(60, 100, 8)], 0);
  assertEquals(dense[at(100, 100, 8)], 17);
  // Beyond the 40 m of Occ3D, and below and above it.
  assertEquals([dense[at(0, 100, 8)], dense[at(100, 100, 0)], dense[at(100, 199, 8)]], [0, 0, 0]);
  assert(dense.filter((label) => label === 4).length <= 8);
  assertThrows(
    () => surroundOccFromOcc3d({ dims: [2, 2, 2], labels, mask }, lidarPose),
    RangeError,
    "the grid is 2x2x2",
  );
});

function frameOf(token: string): KeyFrame {
  const still: Pose = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] };
  return {
    ...{ token, sceneToken: "s", index: 0, timestamp: 1 },
    cameras: CAMERA_NAMES.map((name) => ({
      ...{ name, file: "a.jpg", timestamp: 1, sensorToEgo: still, egoToGlobal: still },
      intrinsic: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    })),
    lidar: { file: "samples/LIDAR_TOP/a.pcd.bin", sensorToEgo: lidarPose, egoToGlobal: still },
  };
}

Deno.test("data label --from-occ3d writes labels that the loader reads", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    const [occ3d, out] = [join(dir, "occ3d"), join(dir, "surroundocc")];
    const folder = join(occ3d, "gts", "scene-0001", "token");
    for (const path of [folder, join(dir, "nuscenes_cam")]) {
      Deno.mkdirSync(path, { recursive: true });
    }
    const frame = frameOf("token");
    writeInfos(join(dir, "nuscenes_cam/nuscenes_infos_val_sweeps_occ.json"), [frame]);
    const array = (data: Uint8Array) => ({ shape: [...DIMS], dtype: "uint8" as const, data });
    const semantics = new Uint8Array(COUNT).fill(17);
    for (let x = 0; x < 200; x++) for (let y = 0; y < 200; y++) semantics[at(x, y, 2)] = 11;
    const seen = array(new Uint8Array(COUNT).fill(1));
    const npz = writeNpz({ semantics: array(semantics), mask_camera: seen, mask_lidar: seen });
    Deno.writeFileSync(join(folder, "labels.npz"), npz);
    const terminal = keepingTerminal();
    assertEquals(
      await dataLabel.run(["--data", dir, "--out", out, "--from-occ3d", occ3d, "--json"], terminal),
      0,
    );
    assertEquals(JSON.parse(terminal.out[0]!).labelled, 1);
    const file = labelFile(frame, rootsIn(dir));
    const { labels } = readSurroundOcc(Deno.readFileSync(file), file);
    // The plane from -0.2 to 0.2 m of the car is a closed one of two voxels at most below the lidar.
    for (let x = 60; x < 140; x++) {
      for (let y = 60; y < 140; y++) {
        const column = labels.subarray(at(x, y, 0), at(x, y, 16));
        const road = column.filter((label) => label === 11).length;
        assert(road >= 1 && road <= 2, `${road} voxels at ${x}, ${y}: ${column}`);
      }
    }
    assertEquals(JSON.parse(Deno.readTextFileSync(join(out, "weak_labels.json"))).weak, true);

    Deno.writeFileSync(join(folder, "labels.npz"), npz.subarray(0, 100));
    const options = { dataDir: dir, occ3d, out };
    await assertRejects(() => labelFromOcc3d(options), SyntaxError, "labels.npz");
    await assertRejects(
      () => labelFromOcc3d({ ...options, skipBad: true }),
      Error,
      "have no labels there and 1 broken ones",
    );
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

const [real] = filesUnder("data/nuscenes_extra/occ3d", /labels\.npz$/);
if (!real) console.log("skipped: no labels of Occ3D in ../shared");

Deno.test({
  name: "real labels of Occ3D keep their classes and about their volumes",
  ignore: !real,
  fn() {
    const occupancy = readOcc3d(real!, { mask: "none" });
    const dense = surroundOccFromOcc3d(occupancy, lidarPose);
    const count = (labels: Uint8Array, label: number) => labels.filter((l) => l === label).length;
    for (const label of [1, 3, 4, 6, 11, 13, 14, 15, 16]) {
      const ratio = count(dense, label) / count(occupancy.labels, label);
      // A voxel has 1.95 times the volume; surfaces thicken by the rule that thin things survive.
      assert(ratio > 0.5 && ratio < 1.5, `class ${label}: ${ratio}`);
    }
    for (const label of [2, 5, 7]) assertEquals(count(dense, label), 0);
  },
});
