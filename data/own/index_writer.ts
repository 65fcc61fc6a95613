import { writeAtomically } from "../files/atomic_file.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { matrixFromPose, type Pose } from "../occupancy/rigid.ts";

/** Writes key frames as the lines that `readIndexFile` reads, the car's frame being the rig's. */
export function writeIndexFile(path: string, frames: readonly KeyFrame[]): void {
  writeAtomically(path, indexLines(frames));
}

/** The lines of an index, one at a time: a hundred thousand of six cameras are 400 MB. */
export function* indexLines(frames: readonly KeyFrame[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const frame of frames) yield encoder.encode(`${JSON.stringify(rowOf(frame))}\n`);
}

function rowOf({ token, sceneToken, timestamp, labels, lidar, cameras, boxes }: KeyFrame) {
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
    ...(lidar.file === "" ? {} : {
      lidar: {
        points: lidar.file,
        lidar_to_rig: matrix(lidar.sensorToEgo),
        ...(lidar.classes === undefined ? {} : { classes: lidar.classes }),
      },
    }),
    ...(boxes === undefined ? {} : {
      boxes: boxes.map(({ class: name, size, boxToEgo }) => ({
        ...{ class: name, size, box_to_rig: matrix(boxToEgo) },
      })),
    }),
  };
}
