import { join } from "@std/path";
import type { CLASS } from "../../nuscenes/classes.ts";
import { isInSplit, type TablesVersion } from "../../nuscenes/splits.ts";
import { CATEGORY_NAMES } from "../../nuscenes/weak_labels/categories.ts";
import { writeJson } from "../../files/write_json.ts";
import type { Split } from "../../occupancy/dataset.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import { matrixFromPose, multiply4, type Pose, poseFromMatrix } from "../../occupancy/rigid.ts";

type Row = Readonly<Record<string, unknown>>;

/** nuScenes' category of each of its classes; what is none of them is something that lies about. */
export const CATEGORY_OF_CLASS: Readonly<Record<keyof typeof CLASS, string>> = {
  others: "movable_object.debris",
  barrier: "movable_object.barrier",
  bicycle: "vehicle.bicycle",
  bus: "vehicle.bus.rigid",
  car: "vehicle.car",
  construction_vehicle: "vehicle.construction",
  motorcycle: "vehicle.motorcycle",
  pedestrian: "human.pedestrian.adult",
  traffic_cone: "movable_object.trafficcone",
  trailer: "vehicle.trailer",
  truck: "vehicle.truck",
  driveable_surface: "flat.driveable_surface",
  other_flat: "flat.other",
  sidewalk: "flat.sidewalk",
  terrain: "flat.terrain",
  manmade: "static.manmade",
  vegetation: "static.vegetation",
  empty: "noise",
};

/** The tables that a part of a set is in. */
export function versionOf(split: Split): TablesVersion {
  return split === "test" ? "v1.0-test" : "v1.0-trainval";
}

/** Name of a part's scene, from 0, of the official split, so that the split of nuScenes finds it. */
export function sceneName(split: Split, scene: number): string {
  const wanted = split === "val" ? "val" : "train";
  for (let number = 1, left = scene; number < 10_000; number++) {
    const name = `scene-${String(number).padStart(4, "0")}`;
    if (isInSplit(name, wanted, "v1.0-trainval") && left-- === 0) return name;
  }
  throw new RangeError(`Cannot name scene ${scene} of ${split}: the official split has no more`);
}

/** Token of the lidar's file of a key frame, which names its lidarseg too. */
export function sweepToken(frame: string): string {
  return tokenOf("sample_data", frame, "LIDAR_TOP");
}

/** Path of a sweep's classes below nuScenes' folder. */
export function lidarsegFile(split: Split, frame: string): string {
  return `lidarseg/${versionOf(split)}/${sweepToken(frame)}_lidarseg.bin`;
}

/** Writes nuScenes' own tables of the key frames of some parts of a set, those of one version. */
export function writeTables(
  nuscenes: string,
  version: TablesVersion,
  parts: readonly { readonly split: Split; readonly frames: readonly KeyFrame[] }[],
  imageSize: readonly [number, number],
): void {
  const frames = parts.flatMap((part) => part.frames);
  const scenes = parts.flatMap(({ split, frames }) =>
    [...Map.groupBy(frames, ({ sceneToken }) => sceneToken)].map(([token, frames], i) => ({
      ...{ token, frames, split, name: sceneName(split, i) },
    }))
  );
  const log = tokenOf("log");
  const channels = ["LIDAR_TOP", ...frames[0]!.cameras.map(({ name }) => name)];
  const annotations = version === "v1.0-test" ? [] : annotationsOf(frames);
  const tables: Readonly<Record<string, readonly Row[]>> = {
    log: [{
      ...{ token: log, logfile: "made up", vehicle: "n000", date_captured: "2018-08-01" },
      location: "nowhere",
    }],
    map: [{ token: tokenOf("map"), log_tokens: [log], category: "semantic_prior", filename: "" }],
    category: CATEGORY_NAMES.map((name, index) => ({
      ...{ token: tokenOf("category", name), name, description: "", index },
    })),
    attribute: [],
    visibility: ["v0-40", "v40-60", "v60-80", "v80-100"].map((level, i) => ({
      ...{ token: `${i + 1}`, level, description: "" },
    })),
    sensor: channels.map((channel) => ({
      ...{ token: tokenOf("sensor", channel), channel },
      modality: channel === "LIDAR_TOP" ? "lidar" : "camera",
    })),
    scene: scenes.map(({ token, frames, name }) => ({
      ...{
        token,
        log_token: log,
        nbr_samples: frames.length,
        name,
        description: "a made-up street",
      },
      first_sample_token: frames[0]!.token,
      last_sample_token: frames.at(-1)!.token,
    })),
    sample: scenes.flatMap(({ token: scene_token, frames }) =>
      frames.map(({ token, timestamp }, i) => ({
        ...{ token, timestamp, scene_token },
        ...neighbours(frames, i, ({ token }) => token),
      }))
    ),
    calibrated_sensor: scenes.flatMap(({ token, frames: [frame] }) =>
      sensorsOf(frame!).map(({ channel, sensorToEgo, intrinsic }) => ({
        token: tokenOf("calibrated_sensor", token, channel),
        sensor_token: tokenOf("sensor", channel),
        ...placed(sensorToEgo),
        camera_intrinsic: [0, 3, 6].map((at) => intrinsic.slice(at, at + 3))
          .filter((row) => row.length > 0),
      }))
    ),
    ego_pose: frames.flatMap((frame) =>
      sensorsOf(frame).map(({ channel, timestamp, egoToGlobal }) => ({
        ...{ token: tokenOf("sample_data", frame.token, channel), timestamp },
        ...placed(egoToGlobal),
      }))
    ),
    sample_data: scenes.flatMap(({ frames }) =>
      frames.flatMap((frame, i) =>
        sensorsOf(frame).map(({ channel, file, timestamp }) => {
          const token = tokenOf("sample_data", frame.token, channel);
          const lidar = channel === "LIDAR_TOP";
          return {
            ...{ token, sample_token: frame.token, ego_pose_token: token, timestamp },
            calibrated_sensor_token: tokenOf("calibrated_sensor", frame.sceneToken, channel),
            ...{ fileformat: lidar ? "pcd" : "jpg", is_key_frame: true, filename: file },
            ...(lidar ? { height: 0, width: 0 } : { height: imageSize[1], width: imageSize[0] }),
            ...neighbours(frames, i, (other) => tokenOf("sample_data", other.token, channel)),
          };
        })
      )
    ),
    instance: instancesOf(annotations),
    sample_annotation: annotations,
    lidarseg: version === "v1.0-test"
      ? []
      : parts.flatMap(({ split, frames }) =>
        frames.map(({ token }) => ({
          ...{ token: tokenOf("lidarseg", token), sample_data_token: sweepToken(token) },
          filename: lidarsegFile(split, token),
        }))
      ),
  };
  const folder = join(nuscenes, version);
  Deno.mkdirSync(folder, { recursive: true });
  for (const [name, rows] of Object.entries(tables)) writeJson(join(folder, `${name}.json`), rows);
}

function sensorsOf({ lidar, cameras, timestamp }: KeyFrame) {
  return [
    { channel: "LIDAR_TOP", timestamp, ...lidar, intrinsic: [] as readonly number[] },
    ...cameras.map((camera) => ({ channel: camera.name, ...camera })),
  ];
}

type Annotation = {
  readonly token: string;
  readonly instance_token: string;
  readonly category: string;
  readonly prev: string;
  readonly next: string;
};

/** The boxes of all key frames, those of one thing one after the other. */
function annotationsOf(frames: readonly KeyFrame[]): (Row & Annotation)[] {
  const rows = frames.flatMap((frame) =>
    (frame.boxes ?? []).map((
      { class: category, instance, points, size: [length, width, height], boxToEgo },
    ) => ({
      token: tokenOf("sample_annotation", frame.token, instance!),
      sample_token: frame.token,
      instance_token: tokenOf("instance", frame.sceneToken, instance!),
      ...{ category, visibility_token: "4", attribute_tokens: [] },
      size: [width, length, height],
      ...placed(poseFromMatrix(
        multiply4(matrixFromPose(frame.lidar.egoToGlobal), matrixFromPose(boxToEgo)),
      )),
      ...{ num_lidar_pts: points, num_radar_pts: 0 },
    }))
  );
  const chains = Map.groupBy(rows, ({ instance_token }) => instance_token);
  return [...chains.values()].flatMap((chain) =>
    chain.map((row, i) => ({ ...row, ...neighbours(chain, i, ({ token }) => token) }))
  );
}

function instancesOf(annotations: readonly Annotation[]): Row[] {
  return [...Map.groupBy(annotations, ({ instance_token }) => instance_token)]
    .map(([token, rows]) => ({
      ...{ token, category_token: tokenOf("category", rows[0]!.category) },
      ...{ nbr_annotations: rows.length, first_annotation_token: rows[0]!.token },
      last_annotation_token: rows.at(-1)!.token,
    }));
}

function neighbours<T>(rows: readonly T[], i: number, token: (row: T) => string) {
  const of = (row: T | undefined) => row === undefined ? "" : token(row);
  return { prev: of(rows[i - 1]), next: of(rows[i + 1]) };
}

function placed({ translation, rotation }: Pose) {
  return { translation, rotation };
}

/** 32 hexadecimal digits that words stand for, the same ones each time (FNV-1a, four times). */
function tokenOf(...words: readonly string[]): string {
  const text = words.join("/");
  return [0, 1, 2, 3].map((part) => {
    let hash = 2166136261 ^ Math.imul(part + 1, 0x9e3779b1);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, "0");
  }).join("");
}
