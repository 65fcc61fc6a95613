import { join } from "@std/path";
import { writeNpz } from "../formats/numpy/npz.ts";
import { CLASS, EMPTY } from "../nuscenes/classes.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { LabelGrid } from "../occupancy/task.ts";
import { matrixFromPose, type Pose } from "../occupancy/rigid.ts";

// One camera, seven classes with free space first, a grid mostly ahead of the car.
const CLASSES = ["free", "vehicle", "person", "road", "ground", "building", "plant"];
const IGNORED = 255;

/** The one camera, by its name in the rig and in the set. */
export const OWN_CAMERA = { rig: "CAM_FRONT", name: "front" } as const;

/** Its grid, in the frame of the car. */
export const OWN_GRID: LabelGrid = { dims: [64, 64, 8], voxel: 0.8, min: [-12.8, -25.6, -1] };

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

/** The content of a label file, from nuScenes' classes on the set's grid. */
export function ownLabels(dense: Uint8Array): Uint8Array {
  const data = dense.map((label) => LABELS[label]!);
  const labels = { dtype: "uint8" as const, shape: [...OWN_GRID.dims], data };
  return writeNpz({ labels }, { compress: true });
}

/** Writes task.json and the indices of both splits. */
export async function writeOwnIndex(
  dir: string,
  splits: Readonly<Record<string, readonly KeyFrame[]>>,
): Promise<void> {
  const { dims, voxel, min } = OWN_GRID;
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
    cameras: [OWN_CAMERA.name],
  };
  await Deno.writeTextFile(join(dir, "task.json"), `${JSON.stringify(task, null, 2)}\n`);
  for (const [split, frames] of Object.entries(splits)) {
    const rows = frames.map((frame) => `${JSON.stringify(rowOf(frame))}\n`);
    await Deno.writeTextFile(join(dir, `${split}.jsonl`), rows.join(""));
  }
}

function rowOf({ token, sceneToken, timestamp, labels, lidar, cameras }: KeyFrame) {
  const matrix = (pose: Pose) => Array.from(matrixFromPose(pose));
  return {
    token,
    sequence: sceneToken,
    time: timestamp / 1e6,
    labels,
    rig_to_world: matrix(lidar.egoToGlobal),
    cameras: cameras.map(({ name, file, intrinsic, sensorToEgo }) => ({
      name,
      picture: file,
      intrinsics: intrinsic,
      camera_to_rig: matrix(sensorToEgo),
    })),
  };
}
