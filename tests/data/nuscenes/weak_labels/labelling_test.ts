import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { dataLabel } from "../../../../cli/commands/data/label.ts";
import { keepingTerminal } from "../../../cli/keeping_terminal.ts";
import { CAMERA_NAMES } from "../../../../data/nuscenes/cameras.ts";
import type { KeyFrame } from "../../../../data/occupancy/key_frame.ts";
import { readSurroundOcc } from "../../../../data/nuscenes/surround_occ.ts";
import {
  invertRigid,
  matrixFromPose,
  multiply4,
  poseFromMatrix,
} from "../../../../data/occupancy/rigid.ts";
import { sortSweep } from "../../../../data/weak_labels/cloud.ts";
import { weakLabels } from "../../../../data/weak_labels/frame_labels.ts";
import { reportOfShares } from "../../../../data/weak_labels/label_share.ts";
import { NUSCENES_RULE } from "../../../../data/nuscenes/weak_labels/rule.ts";
import { labelKeyFrames } from "../../../../data/nuscenes/weak_labels/labelling.ts";
import { type Tables, writeTablesOf } from "../written_tables.ts";
import { type Moment, streetMoments } from "./street.ts";

const moments = streetMoments(3, 1, 3);
// Categories of the classes of the street, by label.
const NAMES = [
  "noise",
  "movable_object.barrier",
  "vehicle.bicycle",
  "vehicle.bus.rigid",
  "vehicle.car",
  "vehicle.construction",
  "vehicle.motorcycle",
  "human.pedestrian.adult",
  "movable_object.trafficcone",
  "vehicle.trailer",
  "vehicle.truck",
  "flat.driveable_surface",
  "flat.other",
  "flat.sidewalk",
  "flat.terrain",
  "static.manmade",
  "static.vegetation",
];

/** The street as nuScenes' folder: sweeps, tables with annotations and, if wanted, lidarseg. */
function writeStreet(dir: string, lidarseg: boolean): KeyFrame[] {
  const frames = moments.map(({ lidar }, i): KeyFrame => ({
    token: `t${i}`,
    sceneToken: "s",
    index: i,
    timestamp: 1e6 * i,
    cameras: CAMERA_NAMES.map((name) => ({
      name,
      file: `samples/${name}/${i}.jpg`,
      timestamp: 1e6 * i,
      sensorToEgo: lidar.sensorToEgo,
      egoToGlobal: lidar.egoToGlobal,
      intrinsic: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    })),
    lidar: { ...lidar, file: `samples/LIDAR_TOP/${i}.pcd.bin` },
  }));
  const nuscenes = join(dir, "nuscenes");
  Deno.mkdirSync(join(nuscenes, "samples", "LIDAR_TOP"), { recursive: true });
  Deno.mkdirSync(join(nuscenes, "lidarseg"), { recursive: true });
  const tables: Tables = {
    category: NAMES.map((name, label) => ({ token: `k${label}`, name, index: label + 3 })),
    instance: NAMES.map((_, label) => ({ token: `i${label}`, category_token: `k${label}` })),
    sample_annotation: moments.flatMap(({ boxes, lidar }, i) => {
      const globalFromLidar = multiply4(
        matrixFromPose(lidar.egoToGlobal),
        matrixFromPose(lidar.sensorToEgo),
      );
      return boxes.map(({ label, boxFromLidar, half: [l, w, h] }) => ({
        sample_token: `t${i}`,
        instance_token: `i${label}`,
        size: [2 * w, 2 * l, 2 * h],
        ...poseFromMatrix(multiply4(globalFromLidar, invertRigid(boxFromLidar))),
      }));
    }),
  };
  moments.forEach(({ points, seen }, i) => {
    const file = join(nuscenes, frames[i]!.lidar.file);
    Deno.writeFileSync(file, new Uint8Array(points.slice().buffer));
    Deno.writeFileSync(join(nuscenes, "lidarseg", `${i}.bin`), seen.map((label) => label + 3));
  });
  if (lidarseg) {
    tables.lidarseg = frames.map(({ token }, i) => ({
      sample_data_token: `${token}-LIDAR_TOP`,
      filename: `lidarseg/${i}.bin`,
    }));
  }
  writeTablesOf(frames, join(nuscenes, "v1.0-mini"), ["scene-0061"], tables);
  return frames;
}

/** What the labels of the middle moment should be. */
function expected(lidarseg: boolean, neighbours: number): Uint8Array {
  const sorted = moments.map(({ points, lidar, boxes, seen }: Moment) =>
    sortSweep(points, lidar, {
      boxes,
      labels: lidarseg ? seen : null,
      rule: NUSCENES_RULE,
      stride: 5,
    })
  );
  const around = neighbours ? [sorted[0]!, sorted[2]!] : [];
  return weakLabels(sorted[1]!, moments[1]!.boxes, around, NUSCENES_RULE);
}

function different(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, label, i) => sum + (label === b[i] ? 0 : 1), 0);
}

for (const lidarseg of [false, true]) {
  Deno.test(`tables ${lidarseg ? "with" : "without"} lidarseg become labels`, async () => {
    const dir = Deno.makeTempDirSync();
    try {
      writeStreet(dir, lidarseg);
      for (const neighbours of [0, 4]) {
        const terminal = keepingTerminal();
        const out = join(dir, `labels${neighbours}`);
        const words = ["--data", dir, "--out", out, `--neighbours=${neighbours}`, "--json"];
        assertEquals(await dataLabel.run(words, terminal), 0);
        const told = JSON.parse(terminal.out[0]!);
        assertEquals([told.weak, told.labelled, told.lidarseg], [true, 3, lidarseg]);
        const file = join(out, "samples", "1.pcd.bin.npy");
        const { labels } = readSurroundOcc(Deno.readFileSync(file), file);
        // Boxes went through global coordinates and back: a voxel's middle on a face may flip.
        const flips = different(labels, expected(lidarseg, neighbours));
        assertEquals(flips <= 5, true, `${flips} voxels differ`);
        assertEquals(JSON.parse(Deno.readTextFileSync(join(out, "weak_labels.json"))).weak, true);
      }
    } finally {
      Deno.removeSync(dir, { recursive: true });
    }
  });
}

Deno.test("missing sweeps, annotations and folders of real labels are told", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    const out = join(dir, "out");
    const label = (more = {}) => labelKeyFrames({ dataDir: dir, out, neighbours: 1, ...more });
    assertThrows(label, Error, "there are no key frames");
    writeStreet(dir, false);
    const sweep = join(dir, "nuscenes", "samples", "LIDAR_TOP", "0.pcd.bin");
    Deno.writeFileSync(sweep, new Uint8Array(21));
    assertThrows(label, SyntaxError, "it has 21 bytes");
    const report = label({ skipBad: true });
    assertEquals([report.labelled, report.bad], [2, 1]);
    // Shares add up to the whole, an empty one too, and write the same files.
    const shared = join(dir, "shared");
    const shares = [0, 1, 2, 3].map((rank) =>
      label({ skipBad: true, out: shared, share: { rank, ranks: 4 } })
    );
    assertEquals(reportOfShares(shares), report);
    for (const { name } of Deno.readDirSync(join(out, "samples"))) {
      const [ours, theirs] = [out, shared].map((folder) =>
        Deno.readFileSync(join(folder, "samples", name))
      );
      assertEquals(theirs, ours);
    }

    const boxes = join(dir, "boxes.json");
    Deno.writeTextFileSync(
      boxes,
      JSON.stringify({ infos: [{ token: "t2", gt_names: [], gt_boxes: [] }] }),
    );
    const other = join(dir, "other");
    const some = await labelKeyFrames({ dataDir: dir, out: other, boxes });
    assertEquals([some.keyFrames, some.labelled, some.withoutAnnotations], [3, 1, 2]);

    const real = join(dir, "real");
    Deno.mkdirSync(join(real, "samples"), { recursive: true });
    Deno.writeFileSync(join(real, "samples", "x.npy"), new Uint8Array(1));
    assertThrows(() => label({ out: real }), Error, "labels that are not weak ones");
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
