import { join } from "@std/path";
import { pictureSize } from "../pictures/read_picture.ts";
import { dataFile } from "../occupancy/data_files.ts";
import type { Fault } from "../occupancy/fault.ts";
import type { Camera, KeyFrame } from "../occupancy/key_frame.ts";
import { imageFromLidar, labelsFrame, projectPoint } from "../occupancy/projection.ts";
import type { OccupancyTask } from "../occupancy/task.ts";

/** What of a key frame and where, as a fault tells it. */
export type Note = (field: string, what: string, file?: string) => void;

// Faster than any car on these roads, metres a second; a jump of the pose is told by it.
const FASTEST = 70;
// Every so many voxels of the grid are looked for in the pictures: enough to tell that none is seen.
const STRIDE = 8;

/** Notes what is wrong with the pictures and calibrations of a key frame; returns the pictures' size. */
export function checkCameras(
  frame: KeyFrame,
  { task, folder, note }: {
    readonly task: OccupancyTask;
    /** Holds the pictures. */
    readonly folder: string;
    readonly note: Note;
  },
): void {
  for (const name of task.cameras) {
    if (!frame.cameras.some((camera) => camera.name === name)) {
      note("cameras", `has no camera "${name}", which the set's task names`);
    }
  }
  for (const camera of frame.cameras) {
    if (!task.cameras.includes(camera.name)) continue;
    const field = (key: string) => `cameras.${camera.name}.${key}`;
    checkCalibration(camera, field, note);
    const size = sizeOf(camera, folder, (what, file) => note(field("picture"), what, file));
    if (!size) continue;
    const [cx, cy] = [camera.intrinsic[2]!, camera.intrinsic[5]!];
    if (cx <= 0 || cy <= 0 || cx >= size[0] || cy >= size[1]) {
      note(
        field("intrinsics"),
        `has its principal point at (${cx}, ${cy}), outside of a picture of ${
          size.join("x")
        }: are they of another size?`,
      );
    } else if (!seesGrid(camera, frame, size, task)) {
      note(
        field("camera_to_rig"),
        "shows nothing of the grid: calibration, frame or range is wrong",
      );
    }
  }
}

function checkCalibration(camera: Camera, field: (key: string) => string, note: Note): void {
  const [fx, , , , fy, , , , one] = camera.intrinsic;
  if (!(camera.intrinsic.every(Number.isFinite) && fx! > 0 && fy! > 0 && one === 1)) {
    note(field("intrinsics"), `is [${camera.intrinsic}], [fx, s, cx, 0, fy, cy, 0, 0, 1] is right`);
  }
  const poses = { camera_to_rig: camera.sensorToEgo, rig_to_world: camera.egoToGlobal };
  for (const [key, { rotation, translation }] of Object.entries(poses)) {
    const length = Math.hypot(...rotation);
    if (!(Math.abs(length - 1) < 1e-2) || !translation.every(Number.isFinite)) {
      note(field(key), `is not rigid: its quaternion has length ${length}`);
    }
  }
}

function sizeOf(
  camera: Camera,
  folder: string,
  note: (what: string, file: string) => void,
): [number, number] | null {
  let file = join(folder, camera.file);
  try {
    file = dataFile(folder, camera.file);
    return pictureSize(file);
  } catch (error) {
    note(reasonOf(error as Error), file);
    return null;
  }
}

function seesGrid(
  camera: Camera,
  frame: KeyFrame,
  [width, height]: readonly [number, number],
  { grid: { dims, voxel, min }, frame: labels }: OccupancyTask,
): boolean {
  const matrix = imageFromLidar(camera, labelsFrame(frame.lidar, labels));
  const at = (axis: 0 | 1 | 2, index: number) => min[axis] + voxel * (index + 0.5);
  for (let x = 0; x < dims[0]; x += STRIDE) {
    for (let y = 0; y < dims[1]; y += STRIDE) {
      for (let z = 0; z < dims[2]; z += STRIDE) {
        const { u, v, depth } = projectPoint(matrix, [at(0, x), at(1, y), at(2, z)]);
        if (depth > 0 && u >= 0 && v >= 0 && u < width && v < height) return true;
      }
    }
  }
  return false;
}

/** Notes a key frame that comes before the one that stands before it, or is too far from it. */
export function checkOrder(frame: KeyFrame, previous: KeyFrame | undefined, note: Note): void {
  if (previous?.sceneToken !== frame.sceneToken) return;
  const seconds = (frame.timestamp - previous.timestamp) / 1e6;
  if (seconds <= 0) {
    note(
      "time",
      `is ${frame.timestamp / 1e6}, the key frame before it in its sequence has ${
        previous.timestamp / 1e6
      }: they must be in order`,
    );
    return;
  }
  const [a, b] = [frame, previous].map(({ lidar }) => lidar.egoToGlobal.translation);
  const metres = Math.hypot(...a!.map((value, axis) => value - b![axis]!));
  if (metres / seconds > FASTEST) {
    note(
      "rig_to_world",
      `is ${metres.toFixed(1)} m from the key frame ${seconds.toFixed(2)} s before it: poses jump`,
    );
  }
}

/** An error's message without the file that it begins with, which a fault tells apart. */
export function reasonOf({ message }: Error): string {
  return message.replace(
    /^Cannot (read|use) (the labels of key frame )?"[^"]*"( at byte 0)?: /,
    "",
  );
}

/** The fault of a key frame. */
export function faultOf(
  { token }: Pick<KeyFrame, "token">,
  index: string,
): (field: string, what: string, file?: string) => Fault {
  return (field, what, file = index) => ({ file, place: `key frame ${token}`, field, what });
}
