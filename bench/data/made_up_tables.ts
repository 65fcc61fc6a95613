import { join } from "@std/path";
import { writeAll } from "../../data/files/write_all.ts";
import type { KeyFrame } from "../../data/occupancy/key_frame.ts";
import type { Pose } from "../../data/occupancy/rigid.ts";

/**
 * Writes key frames as nuScenes' own tables of trainval's shape: besides each key frame's record a
 * number of sweeps, which an index has to read past.
 */
export function writeTables(dir: string, frames: readonly KeyFrame[], sweeps: number): void {
  Deno.mkdirSync(dir, { recursive: true });
  const scenes = [...new Set(frames.map(({ sceneToken }) => sceneToken))];
  write(join(dir, "scene.json"), scenes.map((token, i) => ({ token, name: `scene-${i}` })));
  write(
    join(dir, "sample.json"),
    frames.values().map((frame) => ({
      token: frame.token,
      timestamp: frame.timestamp,
      prev: "",
      next: "",
      scene_token: frame.sceneToken,
    })),
  );
  const channels = ["LIDAR_TOP", ...frames[0]!.cameras.map(({ name }) => name)];
  write(join(dir, "sensor.json"), channels.map((channel) => ({ token: channel, channel })));
  // A calibration serves all the key frames of a scene.
  write(
    join(dir, "calibrated_sensor.json"),
    frames.values().filter(({ index }) => index === 0).flatMap((frame) =>
      sensorsOf(frame).map(({ name, sensorToEgo, intrinsic }) => ({
        token: `${frame.sceneToken}${name}`,
        sensor_token: name,
        ...posed(sensorToEgo),
        camera_intrinsic: [0, 3, 6].map((i) => intrinsic.slice(i, i + 3)).filter((r) => r.length),
      }))
    ),
  );
  write(join(dir, "ego_pose.json"), records(frames, sweeps, true));
  write(join(dir, "sample_data.json"), records(frames, sweeps, false));
}

function* records(frames: readonly KeyFrame[], sweeps: number, poses: boolean): Iterable<unknown> {
  for (const frame of frames) {
    for (const { name, file, timestamp, egoToGlobal } of sensorsOf(frame)) {
      for (let sweep = 0; sweep <= sweeps; sweep++) {
        const token = `${frame.token}${name}${sweep}`;
        yield poses ? { token, timestamp, ...posed(egoToGlobal) } : {
          token,
          sample_token: frame.token,
          ego_pose_token: token,
          calibrated_sensor_token: `${frame.sceneToken}${name}`,
          timestamp: timestamp + sweep,
          fileformat: name === "LIDAR_TOP" ? "pcd" : "jpg",
          is_key_frame: sweep === 0,
          height: 900,
          width: 1600,
          filename: sweep === 0 ? file : file.replace("samples", "sweeps"),
          prev: "",
          next: "",
        };
      }
    }
  }
}

function sensorsOf({ lidar, cameras, timestamp }: KeyFrame) {
  return [{ name: "LIDAR_TOP", timestamp, intrinsic: [], ...lidar }, ...cameras];
}

function posed({ rotation, translation }: Pose) {
  return { rotation, translation };
}

/** Writes a JSON list a few thousand records at a time. */
function write(path: string, values: Iterable<unknown>): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  const encoder = new TextEncoder();
  const put = (text: string) => writeAll(file, encoder.encode(text));
  let lines: string[] = [], before = "[\n";
  const flush = () => {
    if (lines.length > 0) put(before + lines.join(",\n"));
    if (lines.length > 0) before = ",\n";
    lines = [];
  };
  for (const value of values) {
    lines.push(JSON.stringify(value));
    if (lines.length === 4096) flush();
  }
  flush();
  put(before === "[\n" ? "[]\n" : "\n]\n");
}
