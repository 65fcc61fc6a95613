import { join } from "@std/path";
import { isFile, isFolder } from "../files/path_kind.ts";
import { decodeInfos, keyFramesFromInfos, readInfos } from "./infos.ts";
import type { Fault } from "../occupancy/fault.ts";
import type { Split } from "../occupancy/dataset.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { DataRoots } from "../occupancy/sample.ts";

/** Where GaussianFormer expects nuScenes, its index and SurroundOcc's labels in a folder of data. */
export function rootsIn(folder: string): DataRoots {
  return {
    nuscenes: join(folder, "nuscenes"),
    infos: join(folder, "nuscenes_cam"),
    labels: join(folder, "surroundocc"),
  };
}

/** Whether nuScenes' index lies in a folder of data, and one of these folders of labels, or in nuScenes' own. */
export function isLabelled(folder: string, labels: readonly string[]): boolean {
  return isFolder(join(folder, "nuscenes_cam")) &&
    labels.some((name) => isFolder(join(folder, name)) || isFolder(join(folder, "nuscenes", name)));
}

/** The file that a split's index is read from: the pickle, or the JSON where there is none. */
export function indexFile({ infos }: DataRoots, split: Split): string {
  const pickle = join(infos, `nuscenes_infos_${split}_sweeps_occ.pkl`);
  return isFile(pickle) ? pickle : pickle.replace(/pkl$/, "json");
}

/** Reads the key frames of a split from the index in the folder of infos, a pickle or else JSON. */
export async function readSplit(roots: DataRoots, split: Split): Promise<KeyFrame[]> {
  const { bytes, path } = await indexBytes(roots, split);
  return readInfos(bytes, path);
}

/** The key frames of a split that can be read, and why others cannot. */
export async function listSplit(
  roots: DataRoots,
  split: Split,
): Promise<{ frames: KeyFrame[]; faults: Fault[] }> {
  const { bytes, path } = await indexBytes(roots, split);
  const faults: Fault[] = [];
  const note = ({ message }: Error) => {
    const what = message.replace(`Cannot read "${path}": `, "");
    faults.push({ file: path, place: "", field: "", what });
  };
  try {
    return { frames: keyFramesFromInfos(decodeInfos(bytes, path), path, note), faults };
  } catch (error) {
    note(error as Error);
    return { frames: [], faults };
  }
}

async function indexBytes(
  roots: DataRoots,
  split: Split,
): Promise<{ bytes: Uint8Array; path: string }> {
  const file = join(roots.infos, `nuscenes_infos_${split}_sweeps_occ.pkl`);
  for (const path of [file, file.replace(/pkl$/, "json")]) {
    try {
      return { bytes: await Deno.readFile(path), path };
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    }
  }
  throw Object.assign(
    new Error(
      `Cannot read "${file}": there is no such file and no .json beside it, it is the ${split} index`,
    ),
    { hint: "data index makes it from nuScenes' tables, data synth makes scenes without any" },
  );
}
