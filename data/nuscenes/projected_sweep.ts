import { writeAtomically } from "../files/atomic_file.ts";
import { dataFile } from "../occupancy/data_files.ts";
import { decodePicture } from "../pictures/read_picture.ts";
import { encodePng } from "../pictures/png/png.ts";
import { readInfos } from "./infos.ts";
import { CAMERA_NAMES } from "./cameras.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { type RgbPicture, rgbPicture } from "../pictures/picture.ts";
import { contactSheet } from "../pictures/sheet.ts";
import { imageFromLidar, projectPoint } from "../occupancy/projection.ts";
import { resizePixels } from "../pictures/resample.ts";
import { rootsIn } from "../occupancy/sample.ts";
import { readSplit } from "./split_infos.ts";
import { POINT_FLOATS, readSweep } from "./sweep.ts";

/** Which key frame to draw, and where to. */
export type ProjectOptions = {
  /** Folder with nuscenes/ and nuscenes_cam/. */
  dataDir: string;
  split: "train" | "val";
  /** Another index than the split's. */
  infos?: string | undefined;
  /** Place in the index, from 0. */
  frame: number;
  /** Width of one of the six pictures, pixels. */
  width?: number;
  /** The PNG file to write. */
  out: string;
  /** Told after each of the six pictures. */
  onPicture?: (done: number) => void;
};

/** Draws one key frame as `projectSweep` does and writes it as a PNG. */
export async function projectKeyFrame(
  { dataDir, split, infos, frame, width, out, onPicture }: ProjectOptions,
): Promise<{ token: string; keyFrames: number } & Omit<ProjectedSweep, "picture">> {
  const roots = rootsIn(dataDir);
  const frames = infos === undefined
    ? await readSplit(roots, split)
    : readInfos(await Deno.readFile(infos), infos);
  const chosen = frames[frame];
  if (!chosen) {
    throw new RangeError(
      `Cannot draw key frame ${frame}: the index has ${frames.length}, counted from 0`,
    );
  }
  const { picture, ...report } = await projectSweep(chosen, roots.nuscenes, {
    ...(width ? { width } : {}),
    ...(onPicture ? { onPicture } : {}),
  });
  writeAtomically(out, encodePng(picture));
  return { token: chosen.token, keyFrames: frames.length, ...report };
}

/** Lidar points of a key frame on its pictures. */
export type ProjectedSweep = {
  /** The six pictures with the points on them: front left, front, front right over the same at the back. */
  picture: RgbPicture;
  /** Points of the sweep. */
  points: number;
  /** In the order of CAMERA_NAMES: how many points land inside, and their depths in metres. */
  cameras: { name: string; inside: number; nearest: number; farthest: number }[];
};

// As one looks around from the car, left to right.
const SHEET = [
  "CAM_FRONT_LEFT",
  "CAM_FRONT",
  "CAM_FRONT_RIGHT",
  "CAM_BACK_LEFT",
  "CAM_BACK",
  "CAM_BACK_RIGHT",
] as const;
// The car itself reflects, and what is nearer than its own length shows nothing about calibration.
const NEAREST = 1;

/**
 * Draws the lidar points of a key frame into its six pictures, coloured by depth from red (near) over
 * green to blue (far): where they miss edges, calibration or poses are wrong. `width` is that of one
 * picture of the sheet, pixels.
 */
export async function projectSweep(
  frame: KeyFrame,
  nuscenes: string,
  { width = 800, onPicture }: { width?: number; onPicture?: (done: number) => void } = {},
): Promise<ProjectedSweep> {
  const sweepFile = dataFile(nuscenes, frame.lidar.file);
  const sweep = readSweep(await Deno.readFile(sweepFile), sweepFile);
  const cameras: ProjectedSweep["cameras"] = [];
  const drawn: RgbPicture[] = [];
  for (const camera of frame.cameras) {
    const file = dataFile(nuscenes, camera.file);
    const image = rgbPicture(await decodePicture(await Deno.readFile(file), file));
    const landed = landedPoints(sweep, imageFromLidar(camera, frame.lidar), image);
    const height = Math.max(1, Math.round(image.height * width / image.width));
    const small = resizePixels(image, [width, height], "box");
    // Resizing to the same size hands back the picture's own bytes: they are ours to draw on.
    drawPoints(small, landed, width / image.width);
    drawn.push(small);
    onPicture?.(drawn.length);
    cameras.push({
      name: camera.name,
      inside: landed.length,
      nearest: landed.at(-1)?.depth ?? NaN,
      farthest: landed[0]?.depth ?? NaN,
    });
  }
  const height = Math.max(...drawn.map((picture) => picture.height));
  const images = new Uint8Array(SHEET.length * width * height * 3);
  SHEET.forEach((name, i) =>
    images.set(drawn[CAMERA_NAMES.indexOf(name)]!.data, i * width * height * 3)
  );
  return {
    picture: contactSheet(images, [SHEET.length, height, width], 3),
    points: sweep.length / POINT_FLOATS,
    cameras,
  };
}

type Landed = { u: number; v: number; depth: number };

/** The points that land inside a picture, the farthest first. */
function landedPoints(
  sweep: Float32Array,
  matrix: Float64Array,
  { width, height }: { width: number; height: number },
): Landed[] {
  const landed: Landed[] = [];
  for (let at = 0; at < sweep.length; at += POINT_FLOATS) {
    const point = projectPoint(matrix, [sweep[at]!, sweep[at + 1]!, sweep[at + 2]!]);
    const { u, v, depth } = point;
    if (depth > NEAREST && u >= 0 && u < width && v >= 0 && v < height) landed.push(point);
  }
  return landed.sort((a, b) => b.depth - a.depth);
}

function drawPoints(
  { width, height, data }: RgbPicture,
  points: readonly Landed[],
  scale: number,
): void {
  const reach = Math.max(0, Math.round(width / 800));
  for (const { u, v, depth } of points) {
    const colour = depthColour(depth);
    const x = Math.floor(u * scale), y = Math.floor(v * scale);
    for (let j = Math.max(0, y - reach); j <= Math.min(height - 1, y + reach); j++) {
      for (let i = Math.max(0, x - reach); i <= Math.min(width - 1, x + reach); i++) {
        data.set(colour, 3 * (j * width + i));
      }
    }
  }
}

/** Red at 3 m and nearer to blue at 60 m and farther, by the logarithm of the depth. */
export function depthColour(depth: number): [number, number, number] {
  const far = Math.min(1, Math.max(0, Math.log(depth / 3) / Math.log(60 / 3)));
  const hue = 4 * far; // 0 red, 1 yellow, 2 green, 3 cyan, 4 blue
  const level = (from: number) => Math.round(255 * Math.min(1, Math.max(0, from)));
  return [level(2 - hue), level(hue < 2 ? hue : 4 - hue), level(hue - 2)];
}
