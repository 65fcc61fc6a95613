import { shownNames } from "./shown_names.ts";
import { isOccupancyFolder, viewOccupancyFolder } from "./viewed_occupancy.ts";
import {
  hasSplatFiles,
  isModelFolder,
  viewModelFolder,
  viewSplatFile,
  viewSplatFolder,
} from "./viewed_splats.ts";
import { STREAMED_SOG } from "../../data/splats/sog/streamed_sog.ts";
import { dropUnusable, unusableText } from "../../data/splats/usable.ts";
import { readSplats } from "../../data/splats/read_splats.ts";
import { isScene } from "../../data/scenes/read_scene.ts";
import { viewNpz } from "./viewed_npz.ts";
import { isRunsFolder, viewRuns } from "./viewed_runs.ts";
import { viewScene } from "./viewed_scene.ts";
import type { Viewed } from "./viewed.ts";

/** Files that make a folder a SOG scene. */
const SCENE_LISTS: readonly string[] = ["meta.json", STREAMED_SOG];

/**
 * Opens what a path holds for looking at it: a file of trained Gaussians, the folder of a splat model or
 * run, a key frame's npz, or a folder of `predict`, `visualize`, `demo` or `train`. Nothing is written.
 */
export async function openView(path: string): Promise<Viewed> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot view "${path}": there is no such file or folder`, {
      cause,
    });
  }
  if (info.isFile) {
    if (path.endsWith(".npz")) return viewNpz(path);
    const { splats } = await readSplats(path); // says what is wrong with it
    return viewSplatFile(path, unusableText(path, splats.count, dropUnusable(splats).count));
  }
  if (isScene(path)) return viewScene(path);
  if (isModelFolder(path)) return viewModelFolder(path);
  if (isOccupancyFolder(path)) return viewOccupancyFolder(path);
  if (shownNames(path).some((name) => SCENE_LISTS.includes(name))) return viewSplatFile(path);
  if (hasSplatFiles(path)) return viewSplatFolder(path);
  if (isRunsFolder(path)) return viewRuns(path);
  throw Object.assign(
    new Error(`Cannot view "${path}": it holds no scene, key frame or training run`),
    {
      hint:
        "give a .ply, .splat, .spz, .ksplat, .sog, .glb or .npz file, the folder of splat train, " +
        "of a scene of photos with their cameras, a folder of runs, or one of train, predict, visualize or demo",
    },
  );
}
