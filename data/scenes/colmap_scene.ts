import { listFolder } from "../files/door.ts";
import { join } from "@std/path";
import {
  type ColmapCamera,
  type ColmapImage,
  colmapIntrinsics,
  readColmapFolderPoints,
  readColmapViews,
} from "../formats/colmap.ts";
import { FileFinder, findFolder } from "../files/file_finder.ts";
import { isFile, isFolder } from "../files/path_kind.ts";
import { matrixOfQuaternion } from "../geometry/matrix3.ts";
import { PICTURE_ENDINGS } from "../pictures/picture_kinds.ts";
import { pixelsOf } from "./turned_pictures.ts";
import { depthPriorOf, type DepthTable, readDepthTable } from "./depth_table.ts";
import { listFiles, splitViews } from "./held_out.ts";
import { type Calibration, checkLens, isPanorama, panoramaIntrinsics, seenBy } from "./lens.ts";
import { SceneMasks } from "./masks.ts";
import { finitePoints, type FoundPoints, readPointCloud } from "./points/point_cloud.ts";
import { byCodePoints, type Scene, type SceneOptions } from "./scene.ts";
import { ScenePictures } from "./scene_pictures.ts";
import type { SceneView } from "./scene_view.ts";

/** Folder of the reconstruction below a scene's, at one of some places, or null where there is none. */
export function colmapFolder(folder: string, places: readonly string[]): string | null {
  return places.map((place) => join(folder, place)).find((candidate) =>
    ["images.bin", "images.txt"].some((name) => isFile(join(candidate, name)))
  ) ?? null;
}

/** Reads a scene reconstructed by COLMAP. */
export function readColmapScene(folder: string, sparse: string, options: SceneOptions): Scene {
  const { images = "images", depths = "", principalPoint = "use", lenses = "auto" } = options;
  const remarks: string[] = [];
  const { cameras, images: poses } = readColmapViews(sparse, remarks);
  const registered = [...poses.values()].sort((a, b) => byCodePoints(a.name, b.name));
  // Exports of one folder have their pictures there too.
  const named = findFolder(folder, images);
  const pictures = new ScenePictures(named ?? folder);
  const masks = new SceneMasks(folder, options);
  const table = depths ? readDepthTable(join(sparse, "depth_params.json")) : null;
  const depthFiles = new FileFinder(findFolder(folder, depths) ?? folder, PICTURE_ENDINGS);
  const views = registered.flatMap((image): SceneView[] => {
    const camera = cameras.get(image.cameraId)!;
    const calibration = calibrationOf(camera, folder);
    const file = pictures.find(image.name);
    if (file === null) return [];
    return [{
      name: image.name,
      file,
      ...pixelsOf(file, [calibration.width, calibration.height]),
      camera: image.cameraId,
      ...seenBy(calibration, {
        principalPoint,
        lenses: lenses === "auto" ? "native" : lenses,
      }),
      rotation: matrixOfQuaternion(image.rotation),
      translation: [...image.translation],
      test: false,
      ...masks.of(pictures.below(file)),
      ...table && { depth: depthOf(image, table, depthFiles) },
    }];
  });
  const split = splitViews(views, listFiles([sparse, folder]), options);
  const found = readPoints(sparse, remarks);
  const input = join(folder, "input");
  const shot = isFolder(input) ? input : pictures.folder === folder ? null : pictures.folder;
  return {
    kind: "colmap",
    folder,
    train: split.train,
    test: split.test,
    points: found.points,
    withoutPoints: found.without,
    remarks: [
      ...remarks,
      ...otherModels(sparse, views.length),
      ...pictures.remarks(),
      ...masks.remarks(views.length),
      ...split.remarks,
    ],
    lost: [
      ...named === null && !views.length ? [`there is no folder "${join(folder, images)}"`] : [],
      ...pictures.missing(),
      ...pictures.unnamed(shot, "have no place in the reconstruction"),
      ...masks.lost(),
      ...split.lost,
      ...found.lost,
    ],
  };
}

function calibrationOf(camera: ColmapCamera, folder: string): Calibration {
  const { id, model, width, height } = camera;
  const whose = `"${folder}", camera ${id}`;
  checkLens({ model, width, height, fx: 1, fy: 1, cx: 0, cy: 0, distortion: {} }, whose);
  const calibration = isPanorama(model)
    ? { model, width, height, ...panoramaIntrinsics({ width, height }), distortion: {} }
    : { model, width, height, ...colmapIntrinsics(camera) };
  checkLens(calibration, whose);
  return calibration;
}

function depthOf({ name }: ColmapImage, table: DepthTable, files: FileFinder) {
  const stem = name.replace(/\.[^./]*$/, "");
  const found = files.find(`${stem}.png`);
  return depthPriorOf(table, stem, found.path ?? found.wanted);
}

/** A PLY beside the reconstruction goes first, as in the reference, which makes one on first use. */
function readPoints(sparse: string, remarks: string[]): FoundPoints {
  const ply = join(sparse, "points3D.ply");
  if (isFile(ply)) return finitePoints(readPointCloud(ply), ply);
  const file = [".bin", ".txt"].map((ending) => join(sparse, `points3D${ending}`)).find(isFile);
  if (!file) return { points: null, without: `"${sparse}" has no points3D file`, lost: [] };
  const { positions, colors } = readColmapFolderPoints(sparse, remarks);
  return finitePoints({ positions: Float32Array.from(positions), colours: colors }, file);
}

/** COLMAP makes several models where photos do not hang together. */
function otherModels(sparse: string, views: number): string[] {
  if (!/[\\/]0$/.test(sparse)) return [];
  const others = listFolder(join(sparse, ".."))
    .filter(({ name }) => /^[1-9]\d*$/.test(name)).length;
  return others
    ? [`COLMAP made ${others + 1} separate models, "${sparse}" with ${views} pictures is used`]
    : [];
}
