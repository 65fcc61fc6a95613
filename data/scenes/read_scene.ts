import { dirname, join, resolve } from "@std/path";
import { colmapFolder, readColmapScene } from "./colmap_scene.ts";
import type { Scene, SceneOptions } from "./scene.ts";
import { readBlenderScene, readTransformsScene } from "./transforms_scene.ts";
import { isFile, isFolder } from "../files/path_kind.ts";

/** Reads a scene of COLMAP, of NeRF's synthetic kind, of nerfstudio or of instant-ngp. */
export function readScene(source: string, options: SceneOptions = {}): Scene {
  const folder = resolve(source);
  const sparse = colmapFolder(folder);
  const scene = sparse
    ? readColmapScene(folder, sparse, options)
    : isFile(join(folder, "transforms_train.json"))
    ? readBlenderScene(folder, options)
    : isFile(join(folder, "transforms.json"))
    ? readTransformsScene(folder, options)
    : null;
  if (!scene) throw new Error(`Cannot read scene "${folder}": ${whatIsWrong(folder)}`);
  if (!scene.train.length) {
    throw new RangeError(
      `Cannot train on "${folder}": none of its views has a picture${
        scene.remarks.length ? `; ${scene.remarks[0]}` : ""
      }`,
    );
  }
  return scene;
}

function whatIsWrong(folder: string): string {
  if (!isFolder(folder)) return "there is no such folder";
  const above = dirname(folder);
  return "it has neither sparse/ of COLMAP nor transforms_train.json nor transforms.json" +
    (isScene(above) ? `, "${above}" has` : "");
}

function isScene(folder: string): boolean {
  return colmapFolder(folder) !== null ||
    ["transforms_train.json", "transforms.json"].some((name) => isFile(join(folder, name)));
}
