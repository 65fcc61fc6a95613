import type { KeyFrame } from "./key_frame.ts";
import { invertRigid, matrixFromPose, multiply4 } from "./rigid.ts";
import type { OccupancyTask } from "./task.ts";

// Where RayIoU's rays begin: no further to the side than this (metres), and at no more places.
const FARTHEST = 39;
const MOST = 8;

/**
 * Where the rays of RayIoU begin, [n, 3] metres in the labels' frame: the places of the lidar at all key
 * frames of a scene, those that lie within the grid, eight of them at most, evenly chosen (SparseOcc). The
 * scene must be whole and in order.
 */
export function rayOrigins(
  frame: KeyFrame,
  scene: readonly KeyFrame[],
  labels: OccupancyTask["frame"],
): Float64Array {
  const globalFromLidar = ({ lidar }: KeyFrame) =>
    multiply4(matrixFromPose(lidar.egoToGlobal), matrixFromPose(lidar.sensorToEgo));
  const here = invertRigid(globalFromLidar(frame));
  const ego = matrixFromPose(frame.lidar.sensorToEgo);
  const places = scene.map((other) => {
    // In f32, as published; the key frame's own lidar is exactly at 0.
    const moved = other === frame ? null : multiply4(here, globalFromLidar(other));
    const inLidar = [3, 7, 11].map((at) => moved ? Math.fround(moved[at]!) : 0);
    if (labels === "lidar") return inLidar;
    return [0, 1, 2].map((axis) =>
      ego[4 * axis]! * inLidar[0]! + ego[4 * axis + 1]! * inLidar[1]! +
      ego[4 * axis + 2]! * inLidar[2]! + ego[4 * axis + 3]!
    );
  }).filter(([x, y]) => Math.abs(x!) < FARTHEST && Math.abs(y!) < FARTHEST);
  const kept = places.length <= MOST
    ? places
    : Array.from({ length: MOST }, (_, i) =>
      places[halfToEven(i * (places.length - 1) / (MOST - 1))]!);
  return Float64Array.from(kept.flat());
}

/** The nearest whole number, the even one of two, as NumPy rounds. */
function halfToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
