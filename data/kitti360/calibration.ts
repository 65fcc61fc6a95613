import { join } from "@std/path";
import { unreadable } from "../formats/unreadable.ts";
import { isFile } from "../files/path_kind.ts";
import { type Matrix4, poseFromMatrix } from "../occupancy/rigid.ts";
import type { Camera } from "../occupancy/key_frame.ts";

/** The left camera on the car: 3x3 intrinsics of its rectified pictures, its place in the lidar's frame. */
export type Calibration = Pick<Camera, "intrinsic" | "sensorToEgo">;

// Rectified left pictures, pixels.
const [FOCAL, CX, CY] = [552.554261, 682.049453, 238.769549];
// The lidar's frame from that of the left camera, 3x4.
// deno-fmt-ignore
const LIDAR_FROM_CAMERA = [
  0.04307104361, -0.08829286498, 0.995162929, 0.8043914418,
  -0.999004371, 0.007784614041, 0.04392796942, 0.2993489574,
  -0.01162548558, -0.9960641394, -0.08786966659, -0.1770225824,
];

/** What every drive of KITTI-360 has, which all published code for SSCBench uses. */
export const CALIBRATION: Calibration = {
  intrinsic: [FOCAL, 0, CX, 0, FOCAL, CY, 0, 0, 1],
  sensorToEgo: poseFromMatrix(fourRows(LIDAR_FROM_CAMERA)),
};

/** KITTI-360's own files in `calibration/` where they are, else what every drive has. */
export function readCalibration(root: string): Calibration {
  const pictures = join(root, "calibration", "perspective.txt");
  const lidar = join(root, "calibration", "calib_cam_to_velo.txt");
  return {
    intrinsic: isFile(pictures) ? intrinsicOf(pictures) : CALIBRATION.intrinsic,
    sensorToEgo: isFile(lidar)
      ? poseFromMatrix(fourRows(numbersOf(Deno.readTextFileSync(lidar), lidar, 12)))
      : CALIBRATION.sensorToEgo,
  };
}

function intrinsicOf(file: string): readonly number[] {
  const line = Deno.readTextFileSync(file).split("\n").find((text) =>
    text.startsWith("P_rect_00:")
  );
  if (line === undefined) throw unreadable(file, 0, `it has no "P_rect_00:"`);
  const p = numbersOf(line.slice("P_rect_00:".length), file, 12);
  return [0, 1, 2, 4, 5, 6, 8, 9, 10].map((at) => p[at]!);
}

/** As many finite numbers as a text holds, `count` of them. */
export function numbersOf(text: string, file: string, count: number): number[] {
  const numbers = text.trim().split(/\s+/).map(Number);
  if (numbers.length === count && numbers.every(Number.isFinite)) return numbers;
  throw unreadable(file, 0, `"${text.trim().slice(0, 40)}" must be ${count} numbers`);
}

/** A 4x4 matrix from its upper three rows. */
export function fourRows(threeRows: readonly number[]): Matrix4 {
  return Float64Array.from([...threeRows.slice(0, 12), 0, 0, 0, 1]);
}
