import { dirname, join, resolve } from "@std/path";
import { isFile, isFolder } from "../files/path_kind.ts";
import { colmapFolder, readColmapScene } from "./colmap_scene.ts";
import type { Scene, SceneOptions } from "./scene.ts";
import { camerasAside, otherShapes, turnedPictures } from "./scene_remarks.ts";
import { readBlenderScene, readTransformsScene } from "./transforms_scene.ts";

/** Readers by what lies in a scene's folder; the first that knows it reads it. */
const READERS: readonly ((folder: string, options: SceneOptions) => Scene | null)[] = [
  colmapIn("sparse/0", "sparse"),
  ifThere("transforms_train.json", readBlenderScene),
  ifThere("transforms.json", readTransformsScene),
  // As nerfstudio leaves it, and exports that put all into one folder.
  colmapIn("colmap/sparse/0", "."),
];

/** Reads a scene of COLMAP, of NeRF's synthetic kind, of nerfstudio or of instant-ngp. */
export function readScene(source: string, options: SceneOptions = {}): Scene {
  const folder = resolve(source);
  const scene = firstOf(folder, options);
  if (!scene) throw new Error(`Cannot read scene "${folder}": ${whatIsWrong(folder)}`);
  if (!scene.train.length) {
    const why = scene.lost[0] ?? scene.remarks[0];
    throw new RangeError(
      `Cannot train on "${folder}": none of its views has a picture${why ? `; ${why}` : ""}`,
    );
  }
  const views = [...scene.train, ...scene.test];
  return {
    ...scene,
    remarks: [
      ...scene.remarks,
      ...camerasAside(views),
      ...turnedPictures(views),
      ...otherShapes(views),
    ],
  };
}

function firstOf(folder: string, options: SceneOptions): Scene | null {
  for (const read of READERS) {
    const scene = read(folder, options);
    if (scene) return scene;
  }
  return null;
}

function colmapIn(...places: string[]) {
  return (folder: string, options: SceneOptions): Scene | null => {
    const sparse = colmapFolder(folder, places);
    return sparse === null ? null : readColmapScene(folder, sparse, options);
  };
}

function ifThere(name: string, read: (folder: string, options: SceneOptions) => Scene) {
  return (folder: string, options: SceneOptions): Scene | null =>
    isFile(join(folder, name)) ? read(folder, options) : null;
}

function whatIsWrong(folder: string): string {
  if (!isFolder(folder)) return "there is no such folder";
  const above = dirname(folder);
  return "it has neither sparse/ of COLMAP nor transforms_train.json nor transforms.json" +
    (isScene(above) ? `, "${above}" has` : "");
}

/** Whether a folder holds posed pictures in one of the layouts that are read. */
export function isScene(folder: string): boolean {
  return colmapFolder(folder, ["sparse/0", "sparse", "colmap/sparse/0", "."]) !== null ||
    ["transforms_train.json", "transforms.json"].some((name) => isFile(join(folder, name)));
}
