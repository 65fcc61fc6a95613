import { join } from "@std/path";
import { encodeJpeg } from "../pictures/jpeg/jpeg.ts";
import { writeNpy } from "../formats/numpy/npy.ts";
import { writeInfos } from "../nuscenes/infos_writer.ts";
import { CAMERA_NAMES } from "../nuscenes/cameras.ts";
import type { Camera, KeyFrame } from "../occupancy/key_frame.ts";
import { rowsFromDense } from "../nuscenes/surround_occ.ts";
import { occ3d } from "../occ3d/task.ts";
import { TASK_FILE } from "../own/task_file.ts";
import { OPENOCC_LABELS } from "../openocc/task.ts";
import { writeNpz } from "../formats/numpy/npz.ts";
import { PhiloxStream } from "../philox.ts";
import { intrinsicFor, renderPicture } from "./picture.ts";
import { OWN_CAMERA, OWN_GRID, ownLabels, writeOwnIndex } from "./own_set.ts";
import { occ3dLabels } from "./occ3d_labels.ts";
import { compose, EGO_FROM_LIDAR, egoFromCamera, streetFromEgo } from "./rig.ts";
import { drawScene, type Scene } from "./scene.ts";
import { moved } from "./solids.ts";
import { castSweep } from "./sweep.ts";
import { labelVoxels } from "./voxels.ts";

/** What to write. */
export type SyntheticOptions = {
  /** Fixes every scene; the same seed and sizes give the same bytes. */
  seed: number;
  /** Scenes in all; the last `valScenes` of them are the validation set. */
  scenes: number;
  framesPerScene: number;
  /** Default: a quarter of the scenes, at least one. */
  valScenes?: number;
  /** Width and height of the pictures in pixels, default 1600x900. */
  imageSize?: [number, number];
  /**
   * Whose labels: SurroundOcc's (unless given) under surroundocc/, Occ3D's under gts/, OpenOcc's under
   * openocc_v2/; or a folder of one's own: one camera, seven classes, task.json.
   */
  layout?: "nuscenes" | "occ3d" | "openocc" | "own";
  /** JPEG quality, default 92. */
  quality?: number;
  /** Told after each key frame how many are written and how many there will be. */
  onProgress?: (done: number, total: number) => void;
};

const FRAME_SECONDS = 0.5; // nuScenes annotates two key frames a second
const MADE_HERE = "n000-seed"; // how the names of its files begin
const START = 1_533_151_603_000_000; // microseconds; any time will do

/**
 * Writes seeded street scenes in nuScenes' own file layout: infos pickles in GaussianFormer's schema
 * under nuscenes_cam/, pictures and lidar under nuscenes/samples/, SurroundOcc's labels under
 * surroundocc/samples/, Occ3D's under gts/ or OpenOcc's under openocc_v2/. The world stands still while a
 * key frame's sensors fire, but each sensor has its own ego pose. The infos come last, so an interrupted
 * run leaves no index to files it lacks.
 */
export async function writeSyntheticDataset(dir: string, options: SyntheticOptions): Promise<void> {
  const { seed, scenes, framesPerScene, onProgress } = options;
  const valScenes = options.valScenes ?? Math.max(1, Math.round(scenes / 4));
  if (!(scenes >= 1 && framesPerScene >= 1 && valScenes >= 0 && valScenes <= scenes)) {
    throw new RangeError(
      `Cannot write a synthetic set: ${scenes} scenes (${valScenes} for validation) of ` +
        `${framesPerScene} frames, there must be at least one of each`,
    );
  }
  refuseForeign(dir);
  const own = options.layout === "own";
  const sensors = [...CAMERA_NAMES, "LIDAR_TOP"].map((name) => join("nuscenes", "samples", name));
  const folders = own
    ? [join("pictures", OWN_CAMERA.name), "labels"]
    : [...sensors, "nuscenes_cam", ...(inFrameOfCar(options) ? [] : ["surroundocc/samples"])];
  for (const folder of folders) await Deno.mkdir(join(dir, folder), { recursive: true });
  const splits: Record<"train" | "val", KeyFrame[]> = { train: [], val: [] };
  for (let index = 0, done = 0; index < scenes; index++) {
    const split = index < scenes - valScenes ? "train" : "val";
    const scene = drawScene(seed, index, framesPerScene * FRAME_SECONDS);
    for (let frame = 0; frame < framesPerScene; frame++) {
      splits[split].push(await writeFrame(dir, { scene, index, frame, options }));
      onProgress?.(++done, scenes * framesPerScene);
    }
  }
  if (own) return await writeOwnIndex(dir, splits);
  for (const [split, frames] of Object.entries(splits)) {
    writeInfos(join(dir, "nuscenes_cam", `nuscenes_infos_${split}_sweeps_occ.pkl`), frames);
  }
}

/** Throws where a folder holds key frames that were not made here: their index would be lost. */
function refuseForeign(dir: string): void {
  const sweeps = namesIn(join(dir, "nuscenes", "samples", "LIDAR_TOP"));
  const labels = namesIn(join(dir, "surroundocc", "samples"));
  const indices = namesIn(join(dir, "nuscenes_cam")).filter((name) => name.includes("_infos_"));
  const pictures = namesIn(join(dir, "pictures", OWN_CAMERA.name));
  const tasks = namesIn(dir).filter((name) => name === TASK_FILE);
  const foreign = [...sweeps, ...labels].find((name) => !name.startsWith(MADE_HERE)) ??
    (sweeps.length === 0 ? indices[0] : undefined) ??
    (pictures.some((name) => name.startsWith(MADE_HERE)) ? undefined : tasks[0]);
  if (foreign !== undefined) {
    throw new Error(
      `Cannot write a synthetic set into "${dir}": it holds "${foreign}", which is not one's, the folder must be new or hold an older one`,
    );
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

type FramePlace = { scene: Scene; index: number; frame: number; options: SyntheticOptions };

/** Writes the files of one key frame and returns what the index says of it. */
async function writeFrame(
  dir: string,
  { scene, index, frame, options: { seed, imageSize = [1600, 900], quality = 92, layout } }:
    FramePlace,
): Promise<KeyFrame> {
  const seconds = frame * FRAME_SECONDS;
  const timestamp = START + index * 100_000_000 + Math.round(seconds * 1e6);
  const solids = scene.solids.map((solid) => moved(solid, seconds));
  const prefix = `${MADE_HERE}${seed}`;

  const streetFromLidar = compose(streetFromEgo(scene.drive, seconds), EGO_FROM_LIDAR);
  const sweep = `${prefix}__LIDAR_TOP__${timestamp}.pcd.bin`;
  if (layout !== "own") {
    const { points } = castSweep(scene, solids, streetFromLidar);
    await Deno.writeFile(
      join(dir, "nuscenes", "samples", "LIDAR_TOP", sweep),
      new Uint8Array(points.buffer),
    );
  }
  const cameras: Camera[] = [];
  for (const camera of scene.rig) {
    if (layout === "own" && camera.name !== OWN_CAMERA.rig) continue;
    const taken = timestamp - Math.round(camera.early * 1e6);
    const ego = streetFromEgo(scene.drive, seconds - camera.early);
    const intrinsic = intrinsicFor(camera, imageSize);
    const picture = renderPicture(scene, solids, {
      streetFromCamera: compose(ego, egoFromCamera(camera)),
      intrinsic,
      size: imageSize,
    });
    const name = `${prefix}__${camera.name}__${taken}.jpg`;
    const [folder, root, named] = layout === "own"
      ? [`pictures/${OWN_CAMERA.name}`, ".", OWN_CAMERA.name]
      : [`samples/${camera.name}`, "nuscenes", camera.name];
    await Deno.writeFile(join(dir, root, folder, name), encodeJpeg(picture, quality));
    cameras.push({
      name: named,
      file: `${folder}/${name}`,
      timestamp: taken,
      sensorToEgo: egoFromCamera(camera),
      egoToGlobal: compose(scene.globalFromStreet, ego),
      intrinsic,
    });
  }
  const keyFrame: KeyFrame = {
    token: hexToken(seed, index, frame + 1),
    sceneToken: hexToken(seed, index, 0),
    index: frame,
    timestamp,
    cameras,
    lidar: {
      file: `samples/LIDAR_TOP/${sweep}`,
      sensorToEgo: EGO_FROM_LIDAR,
      egoToGlobal: compose(scene.globalFromStreet, streetFromEgo(scene.drive, seconds)),
    },
  };
  if (layout === "own") {
    // Rig and world alone: its one camera is where it was when the rig was.
    const ego = streetFromEgo(scene.drive, seconds - scene.rig[0]!.early);
    const labels = `labels/${keyFrame.token}.npz`;
    const dense = labelVoxels(scene, solids, ego, OWN_GRID);
    await Deno.writeFile(join(dir, labels), ownLabels(dense));
    const egoToGlobal = compose(scene.globalFromStreet, ego);
    return { ...keyFrame, labels, lidar: { ...keyFrame.lidar, egoToGlobal } };
  }
  if (inFrameOfCar({ layout })) {
    const ego = streetFromEgo(scene.drive, seconds);
    const labels = labelVoxels(scene, solids, ego, occ3d.grid);
    const name = `scene-${String(index + 1).padStart(4, "0")}`;
    const folder = join(dir, layout === "occ3d" ? "gts" : "openocc_v2", name, keyFrame.token);
    await Deno.mkdir(folder, { recursive: true });
    const content = layout === "occ3d"
      ? occ3dLabels(labels, keyFrame, imageSize)
      : openOccLabels(labels);
    await Deno.writeFile(join(folder, "labels.npz"), content);
  } else {
    const rows = rowsFromDense(labelVoxels(scene, solids, streetFromLidar));
    await Deno.writeFile(
      join(dir, "surroundocc", "samples", `${sweep}.npy`),
      writeNpy({ shape: [rows.length / 4, 4], dtype: "int64", data: rows }),
    );
  }
  return keyFrame;
}

function inFrameOfCar({ layout }: { layout?: SyntheticOptions["layout"] | undefined }): boolean {
  return layout === "occ3d" || layout === "openocc";
}

/** The content of OpenOcc's labels.npz; nothing moves in it. */
function openOccLabels(labels: Uint8Array): Uint8Array {
  const { dims } = occ3d.grid;
  return writeNpz({
    semantics: { dtype: "uint8", shape: [...dims], data: labels.map((l) => OPENOCC_LABELS[l]!) },
    flow: { dtype: "float16", shape: [...dims, 2], data: new Float32Array(2 * labels.length) },
  }, { compress: true });
}

/** 32 hexadecimal digits, like nuScenes' tokens. */
function hexToken(seed: number, scene: number, entry: number): string {
  const random = new PhiloxStream(seed, 2, scene, entry);
  return Array.from({ length: 4 }, () => random.word().toString(16).padStart(8, "0")).join("");
}
