import { join } from "@std/path";
import {
  type ColmapCamera,
  type ColmapImage,
  colmapIntrinsics,
  readColmapFolderPoints,
  readColmapViews,
} from "../formats/colmap.ts";
import { depthPriorOf, type DepthTable, readDepthTable } from "./depth_table.ts";
import { readPointCloud } from "./point_cloud.ts";
import {
  byCodePoints,
  HOLD,
  PictureCheck,
  type PointCloud,
  type Scene,
  type SceneOptions,
} from "./scene.ts";
import { fovOf, type SceneView } from "./scene_view.ts";
import { isFile } from "../files/path_kind.ts";

/** Models whose pictures are those of a pinhole camera, as they must be here. */
const UNDISTORTED = ["PINHOLE", "SIMPLE_PINHOLE"];

/** Folder of the reconstruction below a scene's, or null where there is none. */
export function colmapFolder(folder: string): string | null {
  const candidates = [join(folder, "sparse/0"), join(folder, "sparse")];
  return candidates.find((candidate) =>
    ["images.bin", "images.txt"].some((name) => isFile(join(candidate, name)))
  ) ?? null;
}

/** Reads a scene reconstructed by COLMAP and undistorted. */
export function readColmapScene(
  folder: string,
  sparse: string,
  { images = "images", depths = "", eval: holdsOut = false, trainTestExp = false }: SceneOptions,
): Scene {
  const check = new PictureCheck();
  const broken: string[] = [];
  const { cameras, images: poses } = readColmapViews(sparse, broken);
  const registered = [...poses.values()].sort((a, b) => byCodePoints(a.name, b.name));
  const table = depths ? readDepthTable(join(sparse, "depth_params.json")) : null;
  const all = registered.map((image) =>
    viewOf(image, cameras.get(image.cameraId)!, { folder, images, depths, table })
  );
  const present = check.keep(all).map((view, i) => ({
    ...view,
    test: holdsOut && i % HOLD === 0,
  }));
  return {
    kind: "colmap",
    folder,
    train: trainTestExp ? present : present.filter(({ test }) => !test),
    test: present.filter(({ test }) => test),
    points: readPoints(sparse, broken),
    remarks: [...broken, ...check.remarks()],
  };
}

function viewOf(
  image: ColmapImage,
  camera: ColmapCamera,
  { folder, images, depths, table }: {
    folder: string;
    images: string;
    depths: string;
    table: DepthTable | null;
  },
): SceneView {
  if (!UNDISTORTED.includes(camera.model)) {
    throw new RangeError(
      `Cannot train on "${folder}": camera ${camera.id} has model ${camera.model}, only undistorted ` +
        `pictures with ${UNDISTORTED.join(" or ")} can be used; "splat convert" undistorts them`,
    );
  }
  const { fx, fy } = colmapIntrinsics(camera);
  const { width, height } = camera;
  const stem = image.name.replace(/\.[^./]*$/, "");
  const depth = table && depthPriorOf(table, stem, join(folder, depths, `${stem}.png`));
  return {
    name: image.name,
    file: join(folder, images, image.name),
    calibration: [width, height],
    fov: [fovOf(fx, width), fovOf(fy, height)],
    rotation: rotationOf(image.rotation),
    translation: [...image.translation],
    test: false,
    ...depth && { depth },
  };
}

/** Rows of the rotation of a quaternion w x y z, which is of length one already. */
function rotationOf([w, x, y, z]: readonly [number, number, number, number]): number[] {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}

/** A PLY beside the reconstruction goes first, as in the reference, which makes one on first use. */
function readPoints(sparse: string, remarks: string[]): PointCloud | null {
  const ply = join(sparse, "points3D.ply");
  if (isFile(ply)) return readPointCloud(ply);
  if (![".bin", ".txt"].some((ending) => isFile(join(sparse, `points3D${ending}`)))) return null;
  const { positions, colors } = readColmapFolderPoints(sparse, remarks);
  return { positions: Float32Array.from(positions), colours: colors };
}
