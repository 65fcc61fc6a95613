import { namesIn } from "../../files/names_in.ts";
import { join } from "@std/path";
import { writeNpy } from "../../formats/numpy/npy.ts";
import { CALIBRATION, type Calibration, readCalibration } from "../../kitti360/calibration.ts";
import { DRIVES, RAW } from "../../kitti360/frames.ts";
import { classesOfRaw } from "../../kitti360/raw_voxels.ts";
import { kitti360 as task } from "../../kitti360/task.ts";
import { CLASS, EMPTY } from "../../nuscenes/classes.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import { invertRigid, matrixFromPose, multiply4, type Pose } from "../../occupancy/rigid.ts";
import { encodePng } from "../../pictures/png/png.ts";
import { carAt, FRAME_SECONDS, frameOf, type Moment } from "../moment.ts";
import { compose } from "../rig.ts";
import { seenVoxels } from "../../weak_labels/seen_voxels.ts";
import { castSweep } from "../sweep.ts";
import { renderTilted } from "../tilted_picture.ts";
import { labelVoxels } from "../voxels.ts";
import { type Layout, type Place, type Splits, writeInto } from "./layout.ts";
import { lidarRays } from "./occ3d_labels.ts";

// The lidar on the car: upright, as high above the ground as KITTI-360's.
const EGO_FROM_LIDAR: Pose = { rotation: [1, 0, 0, 0], translation: [0.77, 0, 1.73] };
const STILL: Pose = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] };
const FRAMES_A_SECOND = 10;
// Between two scenes that share a drive; wide enough to be told from frames that are missing.
const BREAK = 100;
// Seconds ahead from which a key frame's voxels are seen too, as scans of a whole drive see them.
const AHEAD = [0, 1, 2];
// So that another's frames are never written over.
const MARK = "made_up_streets.txt";

/** A raw id of each of nuScenes' classes; what has none there is an outlier. */
const IDS: Readonly<Record<keyof typeof CLASS, number>> = {
  others: 1,
  barrier: 51,
  bicycle: 11,
  bus: 13,
  car: 10,
  construction_vehicle: 20,
  motorcycle: 15,
  pedestrian: 30,
  traffic_cone: 99,
  trailer: 20,
  truck: 18,
  driveable_surface: 40,
  other_flat: 44,
  sidewalk: 48,
  terrain: 72,
  manmade: 50,
  vegetation: 70,
  empty: 0,
};
const ID_OF_CLASS = Object.entries(CLASS).reduce(
  (ids, [name, label]) => ids.with(label, IDS[name as keyof typeof CLASS]),
  new Uint16Array(EMPTY + 1),
);

/** SSCBench-KITTI-360: drives of one camera with raw voxels, and the classes made of them. */
export const kitti360: Layout = {
  imageSize: [1408, 376],
  foreign: (dir) =>
    namesIn(dir).includes(MARK) ? undefined : namesIn(dir).find((name) => name === RAW),
  writeFrame,
  finish,
};

async function writeFrame(dir: string, moment: Moment, place: Place): Promise<KeyFrame> {
  await writeInto(dir, MARK, new TextEncoder().encode("streets made by data synth\n"));
  const drives = DRIVES[place.split];
  const drive = drives[place.scene % drives.length]!;
  const folder = join(dir, RAW, drive);
  const number = numberOf(moment.frame, place);
  const name = String(number).padStart(6, "0");
  const { scene, solids } = moment;
  const streetFromLidar = compose(carAt(moment), EGO_FROM_LIDAR);
  const { intrinsic, sensorToEgo } = await calibrationFor(dir, moment.imageSize);
  const picture = renderTilted(scene, solids, {
    streetFromCamera: compose(streetFromLidar, sensorToEgo),
    intrinsic,
    size: moment.imageSize,
  });
  await writeInto(join(folder, "image_00", "data_rect"), `${name}.png`, encodePng(picture));
  const ids = labelVoxels(scene, solids, streetFromLidar, task.grid);
  const raw = Uint16Array.from({ length: ids.length }, (_, i) => ID_OF_CLASS[ids[i]!]!);
  const invalid = unseen(raw, moment);
  const voxels = join(folder, "voxels");
  await writeInto(voxels, `${name}.label`, new Uint8Array(raw.buffer));
  await writeInto(voxels, `${name}.invalid`, invalid);
  const data = Float32Array.from(classesOfRaw(raw, invalid));
  await writeInto(
    join(dir, "preprocess", "labels", drive),
    `${name}_1_1.npy`,
    writeNpy({ dtype: "float32", shape: [...task.grid.dims], data }),
  );
  // Last of a frame: the list of these files is the index.
  await writeInto(voxels, `${name}.bin`, scanned(castSweep(scene, solids, streetFromLidar).points));
  const egoToGlobal = compose(scene.globalFromStreet, streetFromLidar);
  return {
    ...frameOf(moment, {
      cameras: [{
        name: task.cameras[0]!,
        file: [RAW, drive, "image_00", "data_rect", `${name}.png`].join("/"),
        timestamp: moment.timestamp,
        ...{ intrinsic, sensorToEgo },
        egoToGlobal,
      }],
      lidar: { file: "", sensorToEgo: STILL, egoToGlobal },
    }),
    token: `${drive}_${name}`,
  };
}

/** The set's own calibration, or for pictures of another size one that a file of KITTI-360's tells. */
async function calibrationFor(dir: string, size: readonly [number, number]): Promise<Calibration> {
  const [sx, sy] = size.map((side, axis) => side / kitti360.imageSize[axis]!) as [number, number];
  if (sx === 1 && sy === 1) return CALIBRATION;
  const [fx, , cx, , fy, cy] = CALIBRATION.intrinsic.map((value, i) => value * (i < 3 ? sx : sy));
  const p = [fx, 0, cx, 0, 0, fy, cy, 0, 0, 0, 1, 0];
  const text = `P_rect_00: ${p.join(" ")}\n`;
  await writeInto(join(dir, "calibration"), "perspective.txt", new TextEncoder().encode(text));
  return readCalibration(dir);
}

/** Numbers of frames grow through the scenes that share a drive, five a key frame. */
function numberOf(frame: number, { split, scene, framesPerScene }: Place): number {
  const step = Math.round(FRAMES_A_SECOND * FRAME_SECONDS);
  const before = Math.floor(scene / DRIVES[split].length);
  return before * (step * framesPerScene + BREAK) + step * frame;
}

/** 1 where no ray of the lidar passes, now or from where the car will soon be. */
function unseen(labels: Uint16Array, moment: Moment): Uint8Array {
  const solid = Uint8Array.from({ length: labels.length }, (_, i) => Number(labels[i] !== 0));
  const here = invertRigid(matrixFromPose(compose(carAt(moment), EGO_FROM_LIDAR)));
  const bundles = AHEAD.map((seconds) => {
    const m = multiply4(here, matrixFromPose(compose(carAt(moment, -seconds), EGO_FROM_LIDAR)));
    return lidarRays([m[3]!, m[7]!, m[11]!]);
  });
  return seenVoxels(solid, task.grid, 0, bundles).map((seen) => 1 - seen);
}

/** Voxels that a scan hits, a bit each, the highest first. */
function scanned(points: Float32Array): Uint8Array {
  const { dims, voxel, min } = task.grid;
  const bits = new Uint8Array(dims[0] * dims[1] * dims[2] / 8);
  for (let at = 0; at < points.length; at += 5) {
    const [x, y, z] = [0, 1, 2].map((axis) =>
      Math.floor((points[at + axis]! - min[axis]!) / voxel)
    ) as [
      number,
      number,
      number,
    ];
    if (x < 0 || y < 0 || z < 0 || x >= dims[0] || y >= dims[1] || z >= dims[2]) continue;
    const index = (x * dims[1] + y) * dims[2] + z;
    bits[index >> 3]! |= 128 >> (index & 7);
  }
  return bits;
}

/** Writes each drive's poses and times. */
async function finish(dir: string, splits: Splits): Promise<void> {
  const lidarFromCamera = matrixFromPose(CALIBRATION.sensorToEgo);
  const byDrive = Map.groupBy(
    Object.values(splits).flat(),
    ({ token }) => token.slice(0, token.lastIndexOf("_")),
  );
  for (const [drive, frames] of byDrive) {
    const lines = frames.map(({ token, lidar, timestamp }) => ({
      number: Number(token.slice(token.lastIndexOf("_") + 1)),
      worldFromLidar: matrixFromPose(lidar.egoToGlobal),
      timestamp,
    })).sort((a, b) => a.number - b.number);
    const rows = (values: (line: typeof lines[number]) => ArrayLike<number>) =>
      lines.map((line) => `${[line.number, ...Array.from(values(line))].join(" ")}\n`).join("");
    const last = lines.at(-1)!;
    const times = Array.from({ length: last.number + 1 }, (_, number) => {
      const known = lines.findLast((line) => line.number <= number)!;
      const micros = known.timestamp + (number - known.number) * 1e6 / FRAMES_A_SECOND;
      return `${new Date(micros / 1000).toISOString().replace("T", " ").slice(0, 23)}000000\n`;
    });
    const write = (name: string, text: string) =>
      writeInto(join(dir, RAW, drive), name, new TextEncoder().encode(text));
    await write(
      "cam0_to_world.txt",
      rows(({ worldFromLidar }) => multiply4(worldFromLidar, lidarFromCamera)),
    );
    await write("pose.txt", rows(({ worldFromLidar }) => worldFromLidar.subarray(0, 12)));
    await write("timestamps.txt", times.join(""));
  }
}
