import type { Field } from "./fields.ts";
import { CAMERA_NAMES } from "./cameras.ts";
import type { Camera, KeyFrame } from "../occupancy/key_frame.ts";
import { invertRigid, multiply4, type Pose, poseFromMatrix } from "../occupancy/rigid.ts";

/** Key frames of mmdet3d infos, version 0.x (`infos`) or 1.1 (`data_list`), sorted by time. */
export function keyFramesFromMmdet3d(root: Field): KeyFrame[] {
  const list = root.find("data_list");
  const frames = list
    ? list.items().map(readVersion1)
    : root.get("infos").items().map(readVersion0);
  frames.sort((a, b) => a.timestamp - b.timestamp);
  // These infos know no scenes; a drive (the part of a file name before the sensor) stands for one.
  const seen = new Map<string, number>();
  for (const frame of frames) {
    frame.index = seen.get(frame.sceneToken) ?? 0;
    seen.set(frame.sceneToken, frame.index + 1);
  }
  return frames;
}

function readVersion0(frame: Field): KeyFrame {
  const file = insideDataset(frame.get("lidar_path").text(), "LIDAR_TOP");
  const timestamp = frame.get("timestamp").number();
  const cameras = frame.get("cams");
  return {
    token: frame.get("token").text(),
    sceneToken: frame.find("scene_token")?.text() ?? driveOf(file),
    index: 0,
    timestamp,
    cameras: CAMERA_NAMES.map((name): Camera => {
      const camera = cameras.get(name);
      return {
        name,
        file: insideDataset(camera.get("data_path").text(), name),
        timestamp: camera.find("timestamp")?.number() ?? timestamp,
        sensorToEgo: camera.pose("sensor2ego_rotation", "sensor2ego_translation"),
        egoToGlobal: camera.pose("ego2global_rotation", "ego2global_translation"),
        intrinsic: camera.get("cam_intrinsic").numbers(9),
      };
    }),
    lidar: {
      file,
      sensorToEgo: frame.pose("lidar2ego_rotation", "lidar2ego_translation"),
      egoToGlobal: frame.pose("ego2global_rotation", "ego2global_translation"),
    },
  };
}

function readVersion1(frame: Field): KeyFrame {
  const lidar = frame.get("lidar_points");
  const file = insideDataset(lidar.get("lidar_path").text(), "LIDAR_TOP");
  const timestamp = Math.round(frame.get("timestamp").number() * 1e6);
  const globalFromEgo = new Float64Array(frame.get("ego2global").numbers(16));
  const egoFromLidar = new Float64Array(lidar.get("lidar2ego").numbers(16));
  return {
    token: frame.get("token").text(),
    sceneToken: frame.find("scene_token")?.text() ?? driveOf(file),
    index: 0,
    timestamp,
    cameras: CAMERA_NAMES.map((name): Camera => {
      const camera = frame.get("images").get(name);
      const cameraFromLidar = new Float64Array(camera.get("lidar2cam").numbers(16));
      const time = camera.find("timestamp")?.number();
      return {
        name,
        file: insideDataset(camera.get("img_path").text(), name),
        timestamp: time === undefined ? timestamp : Math.round(time * 1e6),
        ...cameraPoses({
          cameraFromLidar,
          globalFromLidar: multiply4(globalFromEgo, egoFromLidar),
          egoFromCamera: camera.find("cam2ego")?.numbers(16),
          globalFromEgo,
        }),
        intrinsic: camera.get("cam2img").numbers(9),
      };
    }),
    lidar: {
      file,
      sensorToEgo: poseFromMatrix(egoFromLidar),
      egoToGlobal: poseFromMatrix(globalFromEgo),
    },
  };
}

/**
 * Version 1.1 keeps the ego pose at the lidar's time only, but its lidar2cam went through the camera's
 * own: that one follows from it. Without cam2ego all motion goes into the camera's place on the car.
 */
function cameraPoses(known: {
  cameraFromLidar: Float64Array;
  globalFromLidar: Float64Array;
  egoFromCamera: readonly number[] | undefined;
  globalFromEgo: Float64Array;
}): { sensorToEgo: Pose; egoToGlobal: Pose } {
  const globalFromCamera = multiply4(known.globalFromLidar, invertRigid(known.cameraFromLidar));
  if (!known.egoFromCamera) {
    return {
      sensorToEgo: poseFromMatrix(multiply4(invertRigid(known.globalFromEgo), globalFromCamera)),
      egoToGlobal: poseFromMatrix(known.globalFromEgo),
    };
  }
  const egoFromCamera = new Float64Array(known.egoFromCamera);
  return {
    sensorToEgo: poseFromMatrix(egoFromCamera),
    egoToGlobal: poseFromMatrix(multiply4(globalFromCamera, invertRigid(egoFromCamera))),
  };
}

/** Path from nuScenes' folder on: "./data/nuscenes/samples/X/f" and a bare "f" both become "samples/X/f". */
function insideDataset(path: string, sensor: string): string {
  const parts = path.split(/[\\/]/);
  const start = parts.findLastIndex((part) => part === "samples" || part === "sweeps");
  return start < 0 ? `samples/${sensor}/${parts.at(-1)}` : parts.slice(start).join("/");
}

function driveOf(file: string): string {
  return file.split("/").at(-1)!.split("__")[0]!;
}
