import { join } from "@std/path";
import { isFile } from "../files/path_kind.ts";
import { unreadable } from "../formats/unreadable.ts";
import {
  invertRigid,
  matrixFromPose,
  multiply4,
  type Pose,
  poseFromMatrix,
} from "../occupancy/rigid.ts";
import { fourRows } from "./calibration.ts";

/** Where the lidar was in the world, by frame number. */
export type Poses = ReadonlyMap<number, Pose>;

/**
 * Reads a drive's `cam0_to_world.txt`: lines of a frame number and a matrix of three rows or four; where
 * the number is missing, lines count from 0. Empty where there is no such file.
 */
export function readPoses(drive: string, lidarFromCamera: Pose): Poses {
  const file = join(drive, "cam0_to_world.txt");
  if (!isFile(file)) return new Map();
  const cameraFromLidar = invertRigid(matrixFromPose(lidarFromCamera));
  const lines = Deno.readTextFileSync(file).split("\n").filter((line) => line.trim() !== "");
  return new Map(lines.map((line, i) => {
    const values = line.trim().split(/\s+/).map(Number);
    const numbered = values.length === 13 || values.length === 17;
    const matrix = numbered ? values.slice(1) : values;
    if (![12, 16].includes(matrix.length) || !values.every(Number.isFinite)) {
      throw unreadable(file, 0, `line ${i + 1} must be a frame number and 12 or 16 numbers`);
    }
    const pose = multiply4(fourRows(matrix), cameraFromLidar);
    return [numbered ? values[0]! : i, poseFromMatrix(pose)];
  }));
}
