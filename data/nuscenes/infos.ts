import { readJson } from "../formats/json/json.ts";
import { readPickleOrTorch } from "../formats/torch_checkpoint.ts";
import { Field } from "./fields.ts";
import { CAMERA_NAMES } from "./cameras.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { keyFramesFromMmdet3d } from "./mmdet3d_infos.ts";

/**
 * Reads the key frames of an infos file, a pickle or JSON: GaussianFormer's own schema, sorted as its
 * dataset sorts them, or mmdet3d's of versions 0.x and 1.1, sorted by time. File names are relative to
 * nuScenes' folder.
 */
export function readInfos(bytes: Uint8Array, file = "infos"): KeyFrame[] {
  return keyFramesFromInfos(decodeInfos(bytes, file), file);
}

/** Decodes an infos file to plain data; one that starts with "{", which no pickle does, is JSON. */
export function decodeInfos(bytes: Uint8Array, file: string): unknown {
  const first = bytes.find((byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d));
  if (first !== 0x7b) return readPickleOrTorch(bytes, { file });
  return readJson(bytes, file);
}

/**
 * The key frames of infos that are decoded already; what is wrong with one of GaussianFormer's schema is
 * thrown, or told to `onFault` and left out.
 */
export function keyFramesFromInfos(
  decoded: unknown,
  file: string,
  onFault: (error: Error) => void = (error) => {
    throw error;
  },
): KeyFrame[] {
  const root = new Field(decoded, file, "");
  if (root.find("data_list") || Array.isArray(root.find("infos")?.value)) {
    return keyFramesFromMmdet3d(root);
  }
  const infos = root.get("infos");
  const frames = root.get("metadata").items().flatMap((entry) => {
    try {
      const sceneToken = entry.get(0).text();
      const index = entry.get(1).number();
      return [readFrame(infos.get(sceneToken).get(index), sceneToken, index)];
    } catch (error) {
      onFault(error as Error);
      return [];
    }
  });
  const order = ({ sceneToken, index }: KeyFrame) => sceneToken + String(index).padStart(3, "0");
  return frames.map((frame) => ({ frame, key: order(frame) }))
    .sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
    .map(({ frame }) => frame);
}

function readFrame(found: Field, sceneToken: string, index: number): KeyFrame {
  const frame = new Field(found.value, found.file, `frame ${index} of scene "${sceneToken}"`);
  const data = frame.get("data");
  const lidar = data.get("LIDAR_TOP");
  const timestamp = frame.get("timestamp").number();
  const posed = (sensor: Field) => ({
    file: sensor.get("filename").text(),
    sensorToEgo: sensor.get("calib").pose("rotation", "translation"),
    egoToGlobal: sensor.get("pose").pose("rotation", "translation"),
  });
  return {
    token: frame.find("token")?.text() ?? `${sceneToken}/${index}`,
    sceneToken,
    index,
    timestamp,
    cameras: CAMERA_NAMES.map((name) => {
      const camera = data.get(name);
      return {
        name,
        timestamp: camera.find("timestamp")?.number() ?? timestamp,
        ...posed(camera),
        intrinsic: camera.get("calib").get("camera_intrinsic").numbers(9),
      };
    }),
    lidar: posed(lidar),
  };
}
