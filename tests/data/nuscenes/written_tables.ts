import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import type { Pose } from "../../../data/occupancy/rigid.ts";

/** Tables by name. */
export type Tables = Record<string, Record<string, unknown>[]>;

/** Writes key frames as nuScenes' own tables, scene by scene under the given names. */
export function writeTablesOf(
  frames: readonly KeyFrame[],
  dir: string,
  sceneNames: readonly string[],
  more: Tables = {},
): void {
  const sceneTokens = [...new Set(frames.map(({ sceneToken }) => sceneToken))];
  const tables: Tables = {
    scene: sceneTokens.map((token, i) => ({ token, name: sceneNames[i] })),
    sample: frames.map(({ token, sceneToken, timestamp }) => ({
      token,
      scene_token: sceneToken,
      timestamp,
    })),
    sensor: ["LIDAR_TOP", ...frames[0]!.cameras.map(({ name }) => name)]
      .map((channel) => ({ token: channel, channel })),
    calibrated_sensor: [],
    sample_data: [],
    ego_pose: [],
    ...more,
  };
  const pose = ({ rotation, translation }: Pose) => ({ rotation, translation });
  for (const frame of frames) {
    const lidar = { name: "LIDAR_TOP", timestamp: frame.timestamp, ...frame.lidar, intrinsic: [] };
    for (
      const { name, file, timestamp, sensorToEgo, egoToGlobal, intrinsic } of [
        lidar,
        ...frame.cameras,
      ]
    ) {
      const token = `${frame.token}-${name}`;
      tables.calibrated_sensor!.push({
        token,
        sensor_token: name,
        ...pose(sensorToEgo),
        camera_intrinsic: [0, 3, 6].map((i) => intrinsic.slice(i, i + 3)).filter((r) => r.length),
      });
      tables.ego_pose!.push({ token, timestamp, ...pose(egoToGlobal) });
      tables.sample_data!.push({
        token,
        sample_token: frame.token,
        ego_pose_token: token,
        calibrated_sensor_token: token,
        timestamp,
        is_key_frame: true,
        filename: file,
      });
    }
  }
  Deno.mkdirSync(dir, { recursive: true });
  for (const [name, records] of Object.entries(tables)) {
    Deno.writeTextFileSync(`${dir}/${name}.json`, JSON.stringify(records));
  }
}
