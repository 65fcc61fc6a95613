import { namesIn } from "../../files/names_in.ts";
import { join } from "@std/path";
import { encodeJpeg } from "../../pictures/jpeg/jpeg.ts";
import { writeNpy } from "../../formats/numpy/npy.ts";
import { writeNpz } from "../../formats/numpy/npz.ts";
import { writeInfos } from "../../nuscenes/infos_writer.ts";
import { rowsFromDense } from "../../nuscenes/surround_occ.ts";
import { occ3d } from "../../occ3d/task.ts";
import type { Camera, KeyFrame } from "../../occupancy/key_frame.ts";
import { OPENOCC_LABELS } from "../../openocc/task.ts";
import { carAt, carInWorld, frameOf, MADE_HERE, type Moment } from "../moment.ts";
import { intrinsicFor, renderPicture } from "../picture.ts";
import { compose, EGO_FROM_LIDAR, egoFromCamera } from "../rig.ts";
import { castSweep } from "../sweep.ts";
import { labelVoxels } from "../voxels.ts";
import { type Layout, writeInto } from "./layout.ts";
import { occ3dLabels } from "./occ3d_labels.ts";

type Labels = (dir: string, frame: KeyFrame, moment: Moment) => Promise<void>;

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
export const occ3dNuscenes: Layout = withLabels((dir, frame, moment) =>
  writeSceneLabels(
    join(dir, "gts"),
    moment,
    (labels) => occ3dLabels(labels, frame, moment.imageSize),
  )
);

/** The same with OpenOcc's labels. */
export const openOccNuscenes: Layout = withLabels((dir, _, moment) =>
  writeSceneLabels(join(dir, "openocc_v2"), moment, openOccLabels)
);

function withLabels(writeLabels: Labels): Layout {
  return {
    imageSize: [1600, 900],
    foreign,
    writeFrame: async (dir, moment) => {
      const frame = await writeSensors(dir, moment);
      await writeLabels(dir, frame, moment);
      return frame;
    },
    finish: async (dir, splits) => {
      await Deno.mkdir(join(dir, "nuscenes_cam"), { recursive: true });
      for (const [split, frames] of Object.entries(splits)) {
        if (split === "test" && frames.length === 0) continue;
        writeInfos(join(dir, "nuscenes_cam", `nuscenes_infos_${split}_sweeps_occ.pkl`), frames);
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

async function writeSensors(dir: string, moment: Moment): Promise<KeyFrame> {
  const { scene, solids, prefix, timestamp, imageSize, quality } = moment;
  const samples = join(dir, "nuscenes", "samples");
  const sweep = `${prefix}__LIDAR_TOP__${timestamp}.pcd.bin`;
  const { points } = castSweep(scene, solids, compose(carAt(moment), EGO_FROM_LIDAR));
  await writeInto(join(samples, "LIDAR_TOP"), sweep, new Uint8Array(points.buffer));
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
  return frameOf(moment, {
    cameras,
    lidar: {
      file: `samples/LIDAR_TOP/${sweep}`,
      sensorToEgo: EGO_FROM_LIDAR,
      egoToGlobal: carInWorld(moment),
    },
  });
}

async function writeSceneLabels(
  folder: string,
  moment: Moment,
  content: (labels: Uint8Array) => Uint8Array,
): Promise<void> {
  const labels = labelVoxels(moment.scene, moment.solids, carAt(moment), occ3d.grid);
  const scene = `scene-${String(moment.index + 1).padStart(4, "0")}`;
  await writeInto(join(folder, scene, moment.token), "labels.npz", content(labels));
}

/** The content of OpenOcc's labels.npz; nothing moves in it. */
function openOccLabels(labels: Uint8Array): Uint8Array {
  const { dims } = occ3d.grid;
  return writeNpz({
    semantics: { dtype: "uint8", shape: [...dims], data: labels.map((l) => OPENOCC_LABELS[l]!) },
    flow: { dtype: "float16", shape: [...dims, 2], data: new Float32Array(2 * labels.length) },
  }, { compress: true });
}
