import { basename, dirname, join } from "@std/path";
import { writeAtomically } from "../files/atomic_file.ts";
import { writeNpy } from "../formats/numpy/npy.ts";
import { EMPTY, GRID } from "../nuscenes/classes.ts";
import { readInfos } from "../nuscenes/infos.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { rowsFromDense } from "../nuscenes/surround_occ.ts";
import type { Occupancy } from "../occupancy/coarsen.ts";
import { readOcc3d } from "./labels.ts";
import { occ3d } from "./task.ts";
import { matrixFromPose, type Pose } from "../occupancy/rigid.ts";
import { rootsIn } from "../occupancy/sample.ts";
import { readSplit } from "../nuscenes/split_infos.ts";
import { prepareSamplesFolder } from "../weak_labels/label_folder.ts";
import { framesOfShare, type LabelShare } from "../weak_labels/label_share.ts";

const OCC3D_GRID = occ3d.grid;

// Eight points of each voxel, so that ground of one voxel's height is not stepped over.
const SHIFTS = [-0.125, 0.125];

/**
 * Occ3D's labels on SurroundOcc's grid in the lidar frame, [x, y, z]: of the eight points of a voxel the
 * most frequent class wins, however few they are; 17 where most are seen and empty; 0, which is ignored,
 * outside Occ3D's grid and where its mask says that nothing was seen.
 */
export function surroundOccFromOcc3d(
  { dims, labels, mask }: Occupancy,
  sensorToEgo: Pose,
): Uint8Array {
  if (dims.some((size, axis) => size !== OCC3D_GRID.dims[axis])) {
    throw new RangeError(
      `Cannot resample Occ3D labels: the grid is ${dims.join("x")}, it must be 200x200x16`,
    );
  }
  const m = matrixFromPose(sensorToEgo);
  const [nx, ny, nz] = GRID.dims;
  const dense = new Uint8Array(nx * ny * nz);
  const counts = new Uint8Array(EMPTY + 1);
  const centre = (index: number, axis: number) => GRID.min[axis]! + GRID.voxel * (index + 0.5);
  const voxelOf = (x: number, y: number, z: number): number => {
    let voxel = 0;
    for (let axis = 0; axis < 3; axis++) {
      const ego = m[4 * axis]! * x + m[4 * axis + 1]! * y + m[4 * axis + 2]! * z +
        m[4 * axis + 3]!;
      const index = Math.floor((ego - OCC3D_GRID.min[axis]!) / OCC3D_GRID.voxel);
      if (index < 0 || index >= OCC3D_GRID.dims[axis]!) return -1;
      voxel = voxel * OCC3D_GRID.dims[axis]! + index;
    }
    return voxel;
  };
  for (let i = 0, at = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) {
      for (let k = 0; k < nz; k++, at++) {
        counts.fill(0);
        for (const dx of SHIFTS) {
          for (const dy of SHIFTS) {
            for (const dz of SHIFTS) {
              const voxel = voxelOf(centre(i, 0) + dx, centre(j, 1) + dy, centre(k, 2) + dz);
              if (voxel >= 0 && mask[voxel]) counts[labels[voxel]!]!++;
            }
          }
        }
        dense[at] = winner(counts);
      }
    }
  }
  return dense;
}

function winner(counts: Uint8Array): number {
  let best = counts[EMPTY]! >= 4 ? EMPTY : 0;
  let most = 0;
  for (let label = 1; label < EMPTY; label++) {
    if (counts[label]! > most) {
      most = counts[label]!;
      best = label;
    }
  }
  return best;
}

/** What to convert and where to put it. */
export type Occ3dOptions = {
  /** Folder with nuscenes_cam/, whose indices give the lidar's poses. */
  dataDir: string;
  /** Occ3D's folder: somewhere below it .../<key frame token>/labels.npz. */
  occ3d: string;
  /** Gets samples/<lidar file>.npy and a note. */
  out: string;
  /** Another index of key frames. */
  infos?: string | undefined;
  /** Skip and count broken label files instead of failing. */
  skipBad?: boolean | undefined;
  onProgress?: (done: number, total: number) => void;
  /** Which part of the key frames; all unless given. Whoever asks for one looks at what came of all. */
  share?: LabelShare | undefined;
};

/** What was converted. */
export type Occ3dReport = {
  keyFrames: number;
  labelled: number;
  /** Key frames that Occ3D's folder has no labels of. */
  missing: number;
  bad: number;
  firstBad: string | null;
};

/** Writes Occ3D's labels as files that the loader reads, resampled onto SurroundOcc's grid. */
export async function labelFromOcc3d(
  { dataDir, occ3d, out, infos, skipBad = false, onProgress, share }: Occ3dOptions,
): Promise<Occ3dReport> {
  const frames = await framesOf(dataDir, infos);
  const files = labelFiles(occ3d);
  prepareSamplesFolder(out, {
    weak: true,
    what: "Occ3D's labels, resampled from 0.4 m in the ego frame onto SurroundOcc's grid",
  });
  const [from, to] = framesOfShare(frames.length, share);
  const report: Occ3dReport = {
    ...{ keyFrames: to - from, labelled: 0, missing: 0, bad: 0, firstBad: null },
  };
  for (const [i, { token, lidar }] of frames.slice(from, to).entries()) {
    onProgress?.(i, to - from);
    const file = files.get(token);
    if (file === undefined) {
      report.missing++;
      continue;
    }
    try {
      const rows = rowsFromDense(surroundOccFromOcc3d(readOcc3d(file), lidar.sensorToEgo));
      // Bytes hold all of it: with its ignored voxels such a file has half a million rows.
      const words = new BigInt64Array(rows.buffer);
      const data = Uint8Array.from({ length: words.length }, (_, i) => Number(words[i]));
      const path = join(out, "samples", `${basename(lidar.file)}.npy`);
      writeAtomically(path, writeNpy({ shape: [data.length / 4, 4], dtype: "uint8", data }));
      report.labelled++;
    } catch (error) {
      if (!skipBad) throw error;
      report.bad++;
      report.firstBad ??= (error as Error).message;
    }
  }
  onProgress?.(to - from, to - from);
  if (!share) assertConverted(occ3d, report);
  return report;
}

/** Throws where nothing was converted at all. */
export function assertConverted(
  occ3d: string,
  { keyFrames, labelled, missing, bad }: Occ3dReport,
): void {
  if (labelled > 0) return;
  throw new Error(
    `Cannot label from "${occ3d}": of the ${keyFrames} key frames in the index ${missing} have no ` +
      `labels there and ${bad} broken ones`,
  );
}

async function framesOf(dataDir: string, infos: string | undefined): Promise<KeyFrame[]> {
  if (infos !== undefined) return readInfos(await Deno.readFile(infos), infos);
  const roots = rootsIn(dataDir);
  const splits = await Promise.allSettled(
    (["train", "val"] as const).map((split) => readSplit(roots, split)),
  );
  const found = splits.flatMap((split) => split.status === "fulfilled" ? split.value : []);
  if (found.length === 0) throw (splits[0] as PromiseRejectedResult).reason;
  return found;
}

/** Files of labels by the token of their key frame, the name of the folder they lie in. */
function labelFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  const pending = [root];
  while (pending.length > 0) {
    const folder = pending.pop()!;
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const path = join(folder, name);
      if (isDirectory) pending.push(path);
      else if (name === "labels.npz") files.set(basename(dirname(path)), path);
    }
  }
  return files;
}
