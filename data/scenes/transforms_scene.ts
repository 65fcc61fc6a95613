import { basename, join } from "@std/path";
import {
  cameraFromWorld,
  imagePaths,
  readTransforms,
  type Transforms,
  type TransformsFrame,
  transformsIntrinsics,
} from "../formats/transforms_json.ts";
import { pictureSize } from "../pictures/read_picture.ts";
import { readPointCloud } from "./point_cloud.ts";
import { byCodePoints, HOLD, PictureCheck, type Scene, type SceneOptions } from "./scene.ts";
import { fullZoom } from "./undistort.ts";
import { fovOf, type SceneView } from "./scene_view.ts";
import { isFile } from "../files/path_kind.ts";

/** Value that stands for 1 in 16-bit files of inverse depth of Blender scenes. */
const BLENDER_UNIT = 512;

/** Reads a scene of NeRF's synthetic kind: transforms_train.json and transforms_test.json. */
export function readBlenderScene(
  folder: string,
  { depths = "", eval: holdsOut = false }: SceneOptions,
): Scene {
  const check = new PictureCheck();
  const read = (set: string) => {
    const file = join(folder, `transforms_${set}.json`);
    if (!isFile(file)) return [];
    return viewsOf(folder, readTransforms(file), check).map((view) => ({
      ...view,
      test: set === "test" && holdsOut,
      ...depths && { depth: blenderDepth(join(folder, depths, `${view.name}.png`)) },
    }));
  };
  const [train, test] = [read("train"), read("test")];
  const ply = join(folder, "points3d.ply");
  return {
    kind: "blender",
    folder,
    train: holdsOut ? train : uniquelyNamed([...train, ...test]),
    test: holdsOut ? test : [],
    points: isFile(ply) ? readPointCloud(ply) : null,
    remarks: check.remarks(),
  };
}

/** Reads a scene of nerfstudio or instant-ngp: one transforms.json, lenses with distortion. */
export function readTransformsScene(
  folder: string,
  { eval: holdsOut = false, trainTestExp = false }: SceneOptions,
): Scene {
  const check = new PictureCheck();
  const transforms = readTransforms(join(folder, "transforms.json"));
  const views = uniquelyNamed(viewsOf(folder, transforms, check))
    .sort((a, b) => byCodePoints(a.name, b.name))
    .map((view, i) => ({ ...view, test: holdsOut && i % HOLD === 0 }));
  const ply = transforms.pointsPath && join(folder, transforms.pointsPath);
  const lost = ply && !isFile(ply) ? [`the points "${ply}" are missing, random ones are used`] : [];
  return {
    kind: "transforms",
    folder,
    train: trainTestExp ? views : views.filter(({ test }) => !test),
    test: views.filter(({ test }) => test),
    points: ply && isFile(ply) ? readPointCloud(ply) : null,
    remarks: [...check.remarks(), ...lost],
  };
}

function viewsOf(folder: string, { frames }: Transforms, check: PictureCheck): SceneView[] {
  const placed = frames.map((frame) => {
    const candidates = imagePaths(frame).map((path) => join(folder, path));
    return { frame, file: candidates.find(isFile) ?? candidates[0]! };
  });
  return check.keep(placed).map(({ frame, file }) => viewOf(frame, file));
}

function viewOf(frame: TransformsFrame, file: string): SceneView {
  const [width, height] = pictureSize(file);
  const lens = transformsIntrinsics(frame.camera, { width, height });
  const m = cameraFromWorld(frame);
  const { fisheye, distortion } = frame.camera;
  if (fisheye) {
    throw new RangeError(
      `Cannot train on "${file}": its lens is a fisheye, only pinhole cameras and the distortion ` +
        "k1 k2 p1 p2 can be used",
    );
  }
  const { k1 = 0, k2 = 0, p1 = 0, p2 = 0, ...higher } = distortion;
  const unknown = Object.entries(higher).find(([, value]) => value !== 0);
  if (unknown) {
    throw new RangeError(
      `Cannot train on "${file}": its lens has ${unknown[0]} = ${
        unknown[1]
      }, only k1 k2 p1 p2 can be used`,
    );
  }
  const bent = [k1, k2, p1, p2].some((value) => value !== 0) ||
    lens.cx !== lens.width / 2 || lens.cy !== lens.height / 2;
  const straight = {
    focal: [lens.fx, lens.fy],
    centre: [lens.cx, lens.cy],
    distortion: [k1, k2, p1, p2],
  } as const;
  const zoom = bent ? fullZoom(straight, [lens.width, lens.height]) : 1;
  return {
    name: basename(frame.imagePath).replace(/\.(png|jpe?g)$/i, ""),
    file,
    calibration: [lens.width, lens.height],
    fov: [fovOf(lens.fx * zoom, lens.width), fovOf(lens.fy * zoom, lens.height)],
    rotation: [0, 1, 2].flatMap((row) => m.slice(4 * row, 4 * row + 3)),
    translation: [m[3]!, m[7]!, m[11]!],
    test: false,
    ...bent && { lens: { ...straight, zoom } },
  };
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

function blenderDepth(file: string) {
  return { file, unit: BLENDER_UNIT, scale: 1, offset: 0, reliable: true };
}
