import { namesIn } from "../../files/names_in.ts";
import { join } from "@std/path";
import { writeNpz } from "../../formats/numpy/npz.ts";
import { CLASS, EMPTY } from "../../nuscenes/classes.ts";
import { encodeJpeg } from "../../pictures/jpeg/jpeg.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import type { LabelGrid } from "../../occupancy/task.ts";
import { invertRigid, matrixFromPose, multiply4, poseFromMatrix } from "../../occupancy/rigid.ts";
import { writeIndexFile } from "../../own/index_writer.ts";
import { TASK_FILE } from "../../own/task_file.ts";
import { carAt, carInWorld, frameOf, MADE_HERE, type Moment } from "../moment.ts";
import { intrinsicFor, renderPicture } from "../picture.ts";
import { compose, EGO_FROM_LIDAR, egoFromCamera } from "../rig.ts";
import { castSweep } from "../sweep.ts";
import { thingsOf } from "../things.ts";
import { labelVoxels } from "../voxels.ts";
import { type Layout, type Splits, writeInto } from "./layout.ts";

// One camera, seven classes with free space first, a grid mostly ahead of the car.
const CLASSES = ["free", "vehicle", "person", "road", "ground", "building", "plant"];
const IGNORED = 255;

/** The one camera, by its name in the rig and in the set. */
const CAMERA = { rig: "CAM_FRONT", name: "front" } as const;

/** Its grid, in the frame of the car. */
const GRID: LabelGrid = { dims: [64, 64, 8], voxel: 0.8, min: [-12.8, -25.6, -1] };

const { car, truck, bus, trailer, construction_vehicle, bicycle, motorcycle } = CLASS;
const MEMBERS: readonly (readonly number[])[] = [
  [EMPTY],
  [car, truck, bus, trailer, construction_vehicle, bicycle, motorcycle],
  [CLASS.pedestrian],
  [CLASS.driveable_surface],
  [CLASS.sidewalk, CLASS.terrain, CLASS.other_flat],
  [CLASS.manmade, CLASS.barrier, CLASS.traffic_cone],
  [CLASS.vegetation],
];
const LABELS = Uint8Array.from({ length: EMPTY + 1 }, (_, label) => {
  const own = MEMBERS.findIndex((members) => members.includes(label));
  return own < 0 ? IGNORED : own;
});

/** A folder of one's own: one camera, seven classes, task.json. */
export const own: Layout = {
  imageSize: [1600, 900],
  foreign: (dir) => {
    const pictures = namesIn(join(dir, "pictures", CAMERA.name));
    if (pictures.some((name) => name.startsWith(MADE_HERE))) return undefined;
    return namesIn(dir).find((name) => name === TASK_FILE);
  },
  writeFrame,
  finish: writeIndex,
};

async function writeFrame(dir: string, moment: Moment): Promise<KeyFrame> {
  const { scene, solids, prefix, timestamp, token, imageSize, quality } = moment;
  const camera = scene.rig.find(({ name }) => name === CAMERA.rig)!;
  // Rig and world alone: its one camera is where it was when the rig was.
  const car = carAt(moment, camera.early);
  const sensorToEgo = egoFromCamera(camera);
  const intrinsic = intrinsicFor(camera, imageSize);
  const picture = renderPicture(scene, solids, {
    streetFromCamera: compose(car, sensorToEgo),
    intrinsic,
    size: imageSize,
  });
  const taken = timestamp - Math.round(camera.early * 1e6);
  const name = `${prefix}__${camera.name}__${taken}.jpg`;
  await writeInto(join(dir, "pictures", CAMERA.name), name, encodeJpeg(picture, quality));
  const labels = `${token}.npz`;
  await writeInto(join(dir, "labels"), labels, content(labelVoxels(scene, solids, car, GRID)));
  const egoToGlobal = carInWorld(moment, camera.early);
  const { points } = castSweep(scene, solids, compose(car, EGO_FROM_LIDAR));
  await writeInto(join(dir, "lidar"), `${token}.bin`, new Uint8Array(velodyne(points).buffer));
  const rigFromStreet = invertRigid(matrixFromPose(car));
  return {
    ...frameOf(moment, {
      cameras: [{
        name: CAMERA.name,
        file: `pictures/${CAMERA.name}/${name}`,
        timestamp: taken,
        sensorToEgo,
        egoToGlobal,
        intrinsic,
      }],
      lidar: { file: `lidar/${token}.bin`, sensorToEgo: EGO_FROM_LIDAR, egoToGlobal },
    }),
    boxes: thingsOf(solids).filter(({ label }) => LABELS[label] !== IGNORED).map((thing) => ({
      class: CLASSES[LABELS[thing.label]!]!,
      size: thing.size,
      boxToEgo: poseFromMatrix(multiply4(rigFromStreet, matrixFromPose(thing.streetFromBox))),
    })),
    labels: `labels/${labels}`,
  };
}

/** Points of four numbers, x, y, z and brightness, of those of five. */
function velodyne(points: Float32Array): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(4 * points.length / 5);
  for (let from = 0, to = 0; from < points.length; from += 5, to += 4) {
    numbers.set(points.subarray(from, from + 4), to);
  }
  return numbers;
}

/** A label file, from nuScenes' classes on the set's grid. */
function content(dense: Uint8Array): Uint8Array {
  const data = dense.map((label) => LABELS[label]!);
  const labels = { dtype: "uint8" as const, shape: [...GRID.dims], data };
  return writeNpz({ labels }, { compress: true });
}

/** Writes task.json and the indices of both splits. */
async function writeIndex(dir: string, splits: Splits): Promise<void> {
  const { dims, voxel, min } = GRID;
  const task = {
    name: "synthetic streets",
    classes: CLASSES,
    colours: [
      ...[[255, 255, 255], [0, 150, 245], [255, 0, 0], [255, 0, 255], [150, 120, 90]],
      ...[[200, 200, 220], [0, 175, 0]],
    ],
    empty: 0,
    ignored: [IGNORED],
    range: [...min, ...min.map((low, axis) => low + dims[axis]! * voxel)],
    voxel,
    cameras: [CAMERA.name],
    from_lidar: { ground: "road", low: "ground", high: "building", surfaces: ["ground"] },
  };
  await Deno.writeTextFile(join(dir, TASK_FILE), `${JSON.stringify(task, null, 2)}\n`);
  for (const [split, frames] of Object.entries(splits)) {
    if (split === "test" && frames.length === 0) continue;
    writeIndexFile(join(dir, `${split}.jsonl`), frames);
  }
}
