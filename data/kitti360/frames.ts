import { join } from "@std/path";
import { isFolder } from "../files/path_kind.ts";
import type { Split } from "../occupancy/dataset.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { Pose } from "../occupancy/rigid.ts";
import { type Calibration, readCalibration } from "./calibration.ts";
import { readPoses } from "./poses.ts";
import { kitti360 } from "./task.ts";

/** SSCBench's drives by split; papers report "test". */
export const DRIVES: Readonly<Record<Split, readonly string[]>> = {
  train: ["0000", "0002", "0003", "0004", "0005", "0007", "0010"].map(nameOf),
  val: [nameOf("0006")],
  test: [nameOf("0009")],
};

/** The folder that holds the drives. */
export const RAW = "data_2d_raw";

const STILL: Pose = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] };
// Frames are every fifth of a drive: where this many are missing, another sequence begins.
const GAP = 50;

/**
 * The frames of a split: those of whose voxels a drive has a file, in order. Their places in the world are
 * those of `cam0_to_world.txt`, else one and the same.
 */
export function readFrames(root: string, split: Split): KeyFrame[] {
  const calibration = readCalibration(root);
  return DRIVES[split].flatMap((drive) => framesOfDrive(root, drive, calibration));
}

function framesOfDrive(root: string, drive: string, calibration: Calibration): KeyFrame[] {
  const folder = join(root, RAW, drive);
  if (!isFolder(join(folder, "voxels"))) return [];
  const names = [...Deno.readDirSync(join(folder, "voxels"))]
    .flatMap(({ name }) => /^(\d+)\.bin$/.exec(name)?.[1] ?? []).sort();
  const poses = readPoses(folder, calibration.sensorToEgo);
  const times = readTimes(join(folder, "timestamps.txt"));
  let [sequence, index] = [0, -1];
  return names.map((name, i) => {
    const number = Number(name);
    if (number - Number(names[i - 1] ?? number) >= GAP) [sequence, index] = [sequence + 1, -1];
    const egoToGlobal = poses.get(number) ?? STILL;
    const timestamp = times[number] ?? 100_000 * number;
    return {
      token: `${drive}_${name}`,
      sceneToken: sequence === 0 ? drive : `${drive}_${sequence}`,
      index: ++index,
      timestamp,
      cameras: [{
        name: kitti360.cameras[0]!,
        file: [RAW, drive, "image_00", "data_rect", `${name}.png`].join("/"),
        timestamp,
        ...calibration,
        egoToGlobal,
      }],
      lidar: { file: "", sensorToEgo: STILL, egoToGlobal },
      labels: ["preprocess", "labels", drive, `${name}_1_1.npy`].join("/"),
    };
  });
}

/** Microseconds of each frame of a drive, a date and time of day a line; none where there is no such file. */
function readTimes(file: string): number[] {
  try {
    const times = Deno.readTextFileSync(file).trim().split("\n").map((line) =>
      1000 * Date.parse(`${line.trim().replace(" ", "T").slice(0, 23)}Z`)
    );
    return times.every(Number.isFinite) ? times : [];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function nameOf(drive: string): string {
  return `2013_05_28_drive_${drive}_sync`;
}
