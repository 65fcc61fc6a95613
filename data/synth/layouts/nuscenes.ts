import { namesIn } from "../../files/names_in.ts";
import { basename, dirname, join } from "@std/path";
import { encodeJpeg } from "../../pictures/jpeg/jpeg.ts";
import { writeNpy } from "../../formats/numpy/npy.ts";
import { writeNpz } from "../../formats/numpy/npz.ts";
import { writeInfos } from "../../nuscenes/infos_writer.ts";
import { CLASS_NAMES } from "../../nuscenes/classes.ts";
import { CATEGORY_NAMES } from "../../nuscenes/weak_labels/categories.ts";
import { rowsFromDense } from "../../nuscenes/surround_occ.ts";
import { occ3d } from "../../occ3d/task.ts";
import type { AnnotatedThing, Camera, KeyFrame } from "../../occupancy/key_frame.ts";
import { invertRigid, matrixFromPose, multiply4, poseFromMatrix } from "../../occupancy/rigid.ts";
import { OPENOCC_LABELS } from "../../openocc/task.ts";
import { carAt, carInWorld, frameOf, MADE_HERE, type Moment } from "../moment.ts";
import { intrinsicFor, renderPicture } from "../picture.ts";
import { compose, EGO_FROM_LIDAR, egoFromCamera } from "../rig.ts";
import { castSweep } from "../sweep.ts";
import { thingsOf } from "../things.ts";
import { boxAt, holds } from "../../weak_labels/boxes.ts";
import { labelVoxels } from "../voxels.ts";
import { type Layout, type Place, writeInto } from "./layout.ts";
import {
  CATEGORY_OF_CLASS,
  lidarsegFile,
  sceneName,
  versionOf,
  writeTables,
} from "./nuscenes_tables.ts";
import { occ3dLabels } from "./occ3d_labels.ts";

type Labels = (dir: string, frame: KeyFrame, moment: Moment, place: Place) => Promise<void>;

/** lidarseg's number of each of nuScenes' classes. */
const NUMBER_OF_CLASS = Uint8Array.from(
  { length: CLASS_NAMES.length },
  (_, label) => CATEGORY_NAMES.indexOf(CATEGORY_OF_CLASS[CLASS_NAMES[label]!]),
);

/** nuScenes' pictures, lidar and index with SurroundOcc's labels. */
export const nuscenes: Layout = withLabels(async (dir, frame, moment) => {
  const grid = compose(carAt(moment), EGO_FROM_LIDAR);
  const rows = rowsFromDense(labelVoxels(moment.scene, moment.solids, grid));
  await writeInto(
    join(dir, "surroundocc", "samples"),
    `${frame.lidar.file.split("/").at(-1)}.npy`,
    writeNpy({ shape: [rows.length / 4, 4], dtype: "int64", data: rows }),
  );
});

/** The same with Occ3D's labels and masks. */
export const occ3dNuscenes: Layout = withLabels((dir, frame, moment, place) =>
  writeSceneLabels(
    join(dir, "gts", sceneName(place.split, place.scene)),
    moment,
    (labels) => occ3dLabels(labels, frame, moment.imageSize),
  )
);

/** The same with OpenOcc's labels. */
export const openOccNuscenes: Layout = withLabels((dir, _, moment, place) =>
  writeSceneLabels(
    join(dir, "openocc_v2", sceneName(place.split, place.scene)),
    moment,
    openOccLabels,
  )
);

function withLabels(writeLabels: Labels): Layout {
  return {
    imageSize: [1600, 900],
    foreign,
    writeFrame: async (dir, moment, place) => {
      const frame = await writeSensors(dir, moment, place);
      await writeLabels(dir, frame, moment, place);
      return frame;
    },
    finish: async (dir, splits, { tables, imageSize }) => {
      await Deno.mkdir(join(dir, "nuscenes_cam"), { recursive: true });
      for (const [split, frames] of Object.entries(splits)) {
        if (split === "test" && frames.length === 0) continue;
        writeInfos(join(dir, "nuscenes_cam", `nuscenes_infos_${split}_sweeps_occ.pkl`), frames);
      }
      if (!tables) return;
      const parts = (["train", "val", "test"] as const)
        .map((split) => ({ split, frames: splits[split] })).filter(({ frames }) => frames.length);
      for (const version of new Set(parts.map(({ split }) => versionOf(split)))) {
        const of = parts.filter(({ split }) => versionOf(split) === version);
        writeTables(join(dir, "nuscenes"), version, of, imageSize);
      }
    },
  };
}

function foreign(dir: string): string | undefined {
  const sweeps = namesIn(join(dir, "nuscenes", "samples", "LIDAR_TOP"));
  const labels = namesIn(join(dir, "surroundocc", "samples"));
  const indices = namesIn(join(dir, "nuscenes_cam")).filter((name) => name.includes("_infos_"));
  return [...sweeps, ...labels].find((name) => !name.startsWith(MADE_HERE)) ??
    (sweeps.length === 0 ? indices[0] : undefined);
}

async function writeSensors(dir: string, moment: Moment, place: Place): Promise<KeyFrame> {
  const { scene, solids, prefix, timestamp, imageSize, quality, token } = moment;
  const samples = join(dir, "nuscenes", "samples");
  const sweep = `${prefix}__LIDAR_TOP__${timestamp}.pcd.bin`;
  const { points, labels } = castSweep(scene, solids, compose(carAt(moment), EGO_FROM_LIDAR));
  await writeInto(join(samples, "LIDAR_TOP"), sweep, new Uint8Array(points.buffer));
  if (place.tables) {
    const file = join(dir, "nuscenes", lidarsegFile(place.split, token));
    await writeInto(dirname(file), basename(file), labels.map((label) => NUMBER_OF_CLASS[label]!));
  }
  const cameras: Camera[] = [];
  for (const camera of scene.rig) {
    const taken = timestamp - Math.round(camera.early * 1e6);
    const sensorToEgo = egoFromCamera(camera);
    const intrinsic = intrinsicFor(camera, imageSize);
    const picture = renderPicture(scene, solids, {
      streetFromCamera: compose(carAt(moment, camera.early), sensorToEgo),
      intrinsic,
      size: imageSize,
    });
    const name = `${prefix}__${camera.name}__${taken}.jpg`;
    await writeInto(join(samples, camera.name), name, encodeJpeg(picture, quality));
    cameras.push({
      name: camera.name,
      file: `samples/${camera.name}/${name}`,
      timestamp: taken,
      sensorToEgo,
      egoToGlobal: carInWorld(moment, camera.early),
      intrinsic,
    });
  }
  const frame = frameOf(moment, {
    cameras,
    lidar: {
      file: `samples/LIDAR_TOP/${sweep}`,
      sensorToEgo: EGO_FROM_LIDAR,
      egoToGlobal: carInWorld(moment),
    },
  });
  return place.tables ? { ...frame, boxes: boxesOf(moment, points) } : frame;
}

/** The things around the car by nuScenes' categories, and how many points of the sweep [N, 5] lie in each. */
function boxesOf(moment: Moment, points: Float32Array): AnnotatedThing[] {
  const carFromStreet = invertRigid(matrixFromPose(carAt(moment)));
  const lidarFromCar = invertRigid(matrixFromPose(EGO_FROM_LIDAR));
  return thingsOf(moment.solids).map(({ thing, label, size, streetFromBox }) => {
    const carFromBox = multiply4(carFromStreet, matrixFromPose(streetFromBox));
    const box = boxAt(label, multiply4(lidarFromCar, carFromBox), size);
    let inside = 0;
    for (let at = 0; at < points.length; at += 5) {
      inside += Number(holds(box, [points[at]!, points[at + 1]!, points[at + 2]!], 0.05));
    }
    return {
      class: CATEGORY_NAMES[NUMBER_OF_CLASS[label]!]!,
      instance: String(thing),
      points: inside,
      size,
      boxToEgo: poseFromMatrix(carFromBox),
    };
  });
}

async function writeSceneLabels(
  folder: string,
  moment: Moment,
  content: (labels: Uint8Array) => Uint8Array,
): Promise<void> {
  const labels = labelVoxels(moment.scene, moment.solids, carAt(moment), occ3d.grid);
  await writeInto(join(folder, moment.token), "labels.npz", content(labels));
}

/** The content of OpenOcc's labels.npz; nothing moves in it. */
function openOccLabels(labels: Uint8Array): Uint8Array {
  const { dims } = occ3d.grid;
  return writeNpz({
    semantics: { dtype: "uint8", shape: [...dims], data: labels.map((l) => OPENOCC_LABELS[l]!) },
    flow: { dtype: "float16", shape: [...dims, 2], data: new Float32Array(2 * labels.length) },
  }, { compress: true });
}
