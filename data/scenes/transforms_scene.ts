import { basename, join } from "@std/path";
import { FileFinder, findFolder } from "../files/file_finder.ts";
import { isFile } from "../files/path_kind.ts";
import {
  cameraFromWorld,
  readTransforms,
  type Transforms,
  type TransformsCamera,
  type TransformsFrame,
  transformsIntrinsics,
} from "../formats/transforms_json.ts";
import { PICTURE_ENDINGS, withoutPictureEnding } from "../pictures/picture_kinds.ts";
import { pixelsOf } from "./turned_pictures.ts";
import { type SplitLists, splitViews } from "./held_out.ts";
import { checkLens, isFisheye, isPanorama, panoramaIntrinsics, seenBy } from "./lens.ts";
import { SceneMasks } from "./masks.ts";
import { finitePoints, type FoundPoints, readPointCloud } from "./points/point_cloud.ts";
import { byCodePoints, type Scene, type SceneOptions } from "./scene.ts";
import { ScenePictures } from "./scene_pictures.ts";
import type { SceneView } from "./scene_view.ts";

/** Value that stands for 1 in 16-bit files of inverse depth of Blender scenes. */
const BLENDER_UNIT = 512;

/** Reads a scene of NeRF's synthetic kind: transforms_train.json and transforms_test.json. */
export function readBlenderScene(folder: string, options: SceneOptions): Scene {
  const { depths = "", eval: holdsOut = false } = options;
  const reader = new FrameReader(folder, options);
  const depthFiles = new FileFinder(findFolder(folder, depths) ?? folder, PICTURE_ENDINGS);
  const read = (set: string) => {
    const file = join(folder, `transforms_${set}.json`);
    if (!isFile(file)) return [];
    return reader.viewsOf(readTransforms(file)).map((view) => ({
      ...view,
      test: set === "test" && holdsOut,
      ...depths && { depth: blenderDepth(`${view.name}.png`, depthFiles) },
    }));
  };
  const [train, test] = [read("train"), read("test")];
  const found = pointsOf(join(folder, "points3d.ply"));
  return {
    kind: "blender",
    folder,
    train: holdsOut ? train : uniquelyNamed([...train, ...test]),
    test: holdsOut ? test : [],
    points: found.points,
    withoutPoints: found.without,
    remarks: reader.remarks(),
    lost: [...reader.lost(), ...found.lost],
  };
}

/** Reads a scene of nerfstudio or instant-ngp: one transforms.json, lenses with distortion. */
export function readTransformsScene(folder: string, options: SceneOptions): Scene {
  const reader = new FrameReader(folder, options);
  const path = join(folder, "transforms.json");
  const transforms = readTransforms(path);
  const views = uniquelyNamed(reader.viewsOf(transforms))
    .sort((a, b) => byCodePoints(a.name, b.name));
  const split = splitViews(views, listsOf(transforms, path), options);
  const { pointsPath } = transforms;
  const found: FoundPoints = pointsPath === null
    ? { points: null, without: `"${path}" names no points`, lost: [] }
    : pointsOf(pointsFile(folder, pointsPath));
  return {
    kind: "transforms",
    folder,
    train: split.train,
    test: split.test,
    points: found.points,
    withoutPoints: found.without,
    remarks: [...reader.remarks(), ...split.remarks],
    lost: [
      ...reader.lost(),
      ...reader.pictures.unnamed(null, `are not in "${path}"`),
      ...split.lost,
      ...found.lost,
    ],
  };
}

/** Makes views of frames, and counts what is missing. */
class FrameReader {
  readonly pictures: ScenePictures;
  readonly #masks: SceneMasks;
  #views = 0;

  constructor(folder: string, private readonly options: SceneOptions) {
    this.pictures = new ScenePictures(folder);
    this.#masks = new SceneMasks(folder, options);
  }

  viewsOf({ frames }: Transforms): SceneView[] {
    return frames.flatMap((frame) => {
      const file = this.pictures.find(frame.imagePath);
      if (file === null) return [];
      this.#views++;
      return [{
        ...this.#viewOf(frame, file),
        ...this.#masks.of(this.pictures.below(file), frame.maskPath),
      }];
    });
  }

  remarks(): string[] {
    return [...this.pictures.remarks(), ...this.#masks.remarks(this.#views)];
  }

  lost(): string[] {
    return [...this.pictures.missing(), ...this.#masks.lost()];
  }

  #viewOf(frame: TransformsFrame, file: string): SceneView {
    const { camera } = frame;
    const shape = pixelsOf(
      file,
      camera.width && camera.height ? [camera.width, camera.height] : null,
    );
    const [width, height] = shape.pixels;
    const model = modelOf(camera);
    const lens = {
      ...isPanorama(model)
        ? { width, height, ...panoramaIntrinsics({ width, height }) }
        : transformsIntrinsics(camera, { width, height }),
      model,
      distortion: camera.distortion,
    };
    checkLens(lens, `"${file}"`);
    const { principalPoint = "use", lenses = "auto" } = this.options;
    const m = cameraFromWorld(frame);
    return {
      name: withoutPictureEnding(basename(frame.imagePath.replaceAll("\\", "/"))),
      file,
      ...shape,
      ...seenBy(lens, {
        principalPoint,
        lenses: lenses === "auto"
          ? isFisheye(model) || isPanorama(model) ? "native" : "undistort"
          : lenses,
      }),
      rotation: [0, 1, 2].flatMap((row) => m.slice(4 * row, 4 * row + 3)),
      translation: [m[3]!, m[7]!, m[11]!],
      test: false,
    };
  }
}

function modelOf({ model, fisheye }: TransformsCamera): string {
  const named = model ?? "OPENCV";
  return fisheye && !/FISHEYE/i.test(named) ? "OPENCV_FISHEYE" : named;
}

/** Lists of nerfstudio; what is to be validated on is held out where nothing is to be tested on. */
function listsOf({ splits }: Transforms, source: string): SplitLists | null {
  const test = splits.test ?? splits.val;
  if (!splits.train && !test) return null;
  return { train: splits.train, test, source: `"${source}"` };
}

/** Gives views of one name the folder's name as well. */
function uniquelyNamed(views: readonly SceneView[]): SceneView[] {
  const seen = new Map<string, number>();
  for (const { name } of views) seen.set(name, (seen.get(name) ?? 0) + 1);
  return views.map((view) =>
    seen.get(view.name) === 1
      ? view
      : { ...view, name: `${basename(join(view.file, ".."))}/${view.name}` }
  );
}

function pointsFile(folder: string, name: string): string {
  const found = new FileFinder(folder).find(name);
  return found.path ?? found.wanted;
}

function pointsOf(ply: string): FoundPoints {
  if (isFile(ply)) return finitePoints(readPointCloud(ply), ply);
  return { points: null, without: `the points "${ply}" are missing`, lost: [] };
}

function blenderDepth(name: string, files: FileFinder) {
  const found = files.find(name);
  const file = found.path ?? found.wanted;
  return { file, unit: BLENDER_UNIT, scale: 1, offset: 0, reliable: true };
}
