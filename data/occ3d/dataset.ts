import { dirname, join } from "@std/path";
import { isFile, isFolder } from "../files/path_kind.ts";
import { unreadable } from "../formats/unreadable.ts";
import { indexFile, isLabelled, listSplit, readSplit, rootsIn } from "../nuscenes/split_infos.ts";
import type { Dataset } from "../occupancy/dataset.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { DataRoots } from "../occupancy/sample.ts";
import { readOcc3d } from "./labels.ts";
import { occ3d } from "./task.ts";

const PLACES = ["gts", "occ3d/gts", "occ3d"];

/** nuScenes with Occ3D's labels: nuScenes' own index and pictures, labels.npz of each key frame. */
export const occ3dNuscenes: Dataset = {
  isIn: (folder) => isLabelled(folder, PLACES),
  taskIn: () => occ3d,
  rootsIn,
  indexFile,
  readSplit,
  listSplit,
  // deno-lint-ignore require-await
  async readLabels(frame, roots) {
    const file = labelFile(frame, roots);
    const occupancy = readOcc3d(file);
    const { dims } = occ3d.grid;
    if (occupancy.dims.join() === dims.join()) return occupancy;
    throw unreadable(
      `${file}/semantics.npy`,
      0,
      `its grid is ${occupancy.dims.join("x")}, that of Occ3D is ${dims.join("x")}`,
    );
  },
};

// Of each folder the one of a scene, by the scene's token: the index does not tell scenes' names.
const scenes = new Map<string, string>();

/**
 * Path of a key frame's labels, `SCENE/TOKEN/labels.npz` below the folder of labels or, in it, beside it or
 * in nuScenes' folder, below one of `places`.
 */
export function labelFile(
  { token, sceneToken }: KeyFrame,
  roots: DataRoots,
  places: readonly string[] = PLACES,
): string {
  const all = candidates(roots, places);
  const folders = all.filter(isFolder);
  for (const folder of folders) {
    const key = `${folder}\0${sceneToken}`;
    const known = scenes.get(key);
    const inScene = (scene: string) => join(folder, scene, token, "labels.npz");
    if (known !== undefined && isFile(inScene(known))) return inScene(known);
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (!isDirectory || !isFile(inScene(name))) continue;
      scenes.set(key, name);
      return inScene(name);
    }
  }
  const looked = folders.length ? folders : all;
  throw new Deno.errors.NotFound(
    `Cannot read the labels of key frame "${token}": there is no SCENE/${token}/labels.npz below ${
      looked.map((folder) => `"${folder}"`).join(" or ")
    }`,
  );
}

function candidates({ labels, nuscenes }: DataRoots, places: readonly string[]): string[] {
  const beside = dirname(labels);
  return [
    join(labels, places[0]!),
    labels,
    ...places.map((place) => join(beside, place)),
    join(nuscenes, places[0]!),
  ];
}
