import { join } from "@std/path";
import { Field } from "./fields.ts";
import { forEachRecord } from "./json_table.ts";
import { CAMERA_NAMES } from "./cameras.ts";
import type { Camera, KeyFrame } from "../occupancy/key_frame.ts";
import type { Pose } from "../occupancy/rigid.ts";

const SENSORS: readonly string[] = ["LIDAR_TOP", ...CAMERA_NAMES];
const TABLES = ["scene", "sample", "sensor", "calibrated_sensor", "sample_data", "ego_pose"];

type SensorFile = { file: string; timestamp: number; calibration: string; egoPose: string };
type Calibration = { channel: string; pose: Pose; intrinsic: readonly number[] | null };

/**
 * Builds the key frames from nuScenes' own tables: `dir` holds sample.json, sample_data.json,
 * calibrated_sensor.json, ego_pose.json, sensor.json and scene.json (v1.0-mini, v1.0-trainval or
 * v1.0-test). Sorted as infos are; `scenes` keeps scenes by name, see `isInSplit`; `onProgress` is told
 * how many of the tables' bytes are read.
 */
export function readTables(
  dir: string,
  { scenes, onProgress }: {
    scenes?: (name: string) => boolean;
    onProgress?: (done: number, total: number) => void;
  } = {},
): KeyFrame[] {
  const each = reader(dir, onProgress);
  const wanted = new Set<string>();
  each("scene.json", (record) => {
    if (!scenes || scenes(record.get("name").text())) wanted.add(record.get("token").text());
  });
  const samples = new Map<string, { scene: string; timestamp: number }>();
  each("sample.json", (record) => {
    const scene = record.get("scene_token").text();
    if (!wanted.has(scene)) return;
    const timestamp = Math.round(record.get("timestamp").number());
    samples.set(record.get("token").text(), { scene, timestamp });
  });
  const calibrations = readCalibrations(each);
  const files = new Map<string, Map<string, SensorFile>>();
  const poses = new Map<string, Pose | null>();
  each("sample_data.json", (record) => {
    const sample = record.get("sample_token").text();
    if (record.get("is_key_frame").value !== true || !samples.has(sample)) return;
    const calibration = record.get("calibrated_sensor_token").text();
    const channel = calibrations.get(calibration)?.channel;
    if (!channel || !SENSORS.includes(channel)) return;
    const egoPose = record.get("ego_pose_token").text();
    poses.set(egoPose, null);
    const bySensor = files.get(sample) ?? new Map<string, SensorFile>();
    files.set(sample, bySensor);
    bySensor.set(channel, {
      file: record.get("filename").text(),
      timestamp: Math.round(record.get("timestamp").number()),
      calibration,
      egoPose,
    });
  });
  each("ego_pose.json", (record) => {
    const token = record.get("token").text();
    if (poses.has(token)) poses.set(token, record.pose("rotation", "translation"));
  });
  return assemble(dir, { samples, files, poses, calibrations });
}

function readCalibrations(each: Reader): Map<string, Calibration> {
  const channels = new Map<string, string>();
  each("sensor.json", (record) => {
    channels.set(record.get("token").text(), record.get("channel").text());
  });
  const calibrations = new Map<string, Calibration>();
  each("calibrated_sensor.json", (record) => {
    const channel = channels.get(record.get("sensor_token").text());
    if (!channel || !SENSORS.includes(channel)) return;
    calibrations.set(record.get("token").text(), {
      channel,
      pose: record.pose("rotation", "translation"),
      intrinsic: channel === "LIDAR_TOP" ? null : record.get("camera_intrinsic").numbers(9),
    });
  });
  return calibrations;
}

function assemble(dir: string, { samples, files, poses, calibrations }: {
  samples: Map<string, { scene: string; timestamp: number }>;
  files: Map<string, Map<string, SensorFile>>;
  poses: Map<string, Pose | null>;
  calibrations: Map<string, Calibration>;
}): KeyFrame[] {
  const ordered = [...samples].map(([token, sample]) => ({ token, ...sample }))
    .sort((a, b) => a.scene < b.scene ? -1 : a.scene > b.scene ? 1 : a.timestamp - b.timestamp);
  let index = 0;
  return ordered.map(({ token, scene, timestamp }, i): KeyFrame => {
    index = i > 0 && ordered[i - 1]!.scene === scene ? index + 1 : 0;
    const sensor = (name: string) => {
      const found = files.get(token)?.get(name);
      if (!found) throw missing(dir, `sample "${token}" has no key frame of ${name}`);
      const egoToGlobal = poses.get(found.egoPose);
      if (!egoToGlobal) throw missing(dir, `ego_pose.json has no record "${found.egoPose}"`);
      const { pose, intrinsic } = calibrations.get(found.calibration)!;
      return { ...found, egoToGlobal, sensorToEgo: pose, intrinsic };
    };
    const lidar = sensor("LIDAR_TOP");
    return {
      token,
      sceneToken: scene,
      index,
      timestamp,
      cameras: CAMERA_NAMES.map((name): Camera => {
        const { file, timestamp, sensorToEgo, egoToGlobal, intrinsic } = sensor(name);
        return { name, file, timestamp, sensorToEgo, egoToGlobal, intrinsic: intrinsic! };
      }),
      lidar: {
        file: lidar.file,
        sensorToEgo: lidar.sensorToEgo,
        egoToGlobal: lidar.egoToGlobal,
      },
    };
  });
}

type Reader = (table: string, visit: (record: Field) => void) => void;

/** Reads tables of a folder record by record, telling how far all of them together are. */
function reader(dir: string, onProgress?: (done: number, total: number) => void): Reader {
  const total = onProgress
    ? TABLES.reduce((sum, table) => sum + sizeOf(join(dir, `${table}.json`)), 0)
    : 0;
  let done = 0;
  return (table, visit) => {
    const path = join(dir, table);
    let count = 0;
    try {
      forEachRecord(
        path,
        (value) => visit(new Field(value, path, `record ${count++}`)),
        (bytes) => onProgress?.(done += bytes, total),
      );
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      throw new Error(`Cannot read "${path}": there is no such file, it is one of the tables`, {
        cause,
      });
    }
  };
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0; // reading it says what is wrong
  }
}

function missing(dir: string, what: string): SyntaxError {
  return new SyntaxError(`Cannot read the tables in "${dir}": ${what}`);
}
