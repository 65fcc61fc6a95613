import { readBytes } from "../files/door.ts";
import { readCamerasBinary, readImagesBinary, readPointsBinary } from "./colmap/binary.ts";
import { readFromFolder } from "./colmap/folder.ts";
import type { ColmapCamera } from "./colmap/models.ts";
import type { ColmapImage, ColmapPoints, ColmapReconstruction } from "./colmap/reconstruction.ts";
import { readCamerasText, readImagesText, readPointsText } from "./colmap/text.ts";

export {
  COLMAP_MODELS,
  type ColmapCamera,
  type ColmapIntrinsics,
  colmapIntrinsics,
} from "./colmap/models.ts";
export type { ColmapImage, ColmapPoints, ColmapReconstruction } from "./colmap/reconstruction.ts";

/** What the readers of single COLMAP files can be told. */
export interface ColmapOptions {
  /** Name for error messages; one that ends in ".txt" means the text form. */
  readonly file?: string;
}

/** Reads cameras.bin or cameras.txt, given as bytes or path: the cameras by id. */
export function readColmapCameras(
  input: Uint8Array | string,
  options: ColmapOptions = {},
): Map<number, ColmapCamera> {
  return readEither(input, options, readCamerasBinary, readCamerasText);
}

/** Reads images.bin or images.txt, given as bytes or path: the images by id, in the order of the file. */
export function readColmapImages(
  input: Uint8Array | string,
  options: ColmapOptions = {},
): Map<number, ColmapImage> {
  return readEither(input, options, readImagesBinary, readImagesText);
}

/** Reads points3D.bin or points3D.txt, given as bytes or path. */
export function readColmapPoints(
  input: Uint8Array | string,
  options: ColmapOptions = {},
): ColmapPoints {
  return readEither(input, options, readPointsBinary, readPointsText);
}

/** The cameras and images of a COLMAP reconstruction by id. */
export type ColmapViews = Pick<ColmapReconstruction, "cameras" | "images">;

/**
 * Reads cameras and images from a reconstruction's folder, binary if that is there, else text. A broken
 * binary file beside good text files is passed over with one of the `remarks`. Throws a RangeError if an
 * image has a camera that is missing.
 */
export function readColmapViews(folder: string, remarks: string[]): ColmapViews {
  return readFromFolder(folder, ["cameras", "images"], (pathOf) => {
    const cameras = readColmapCameras(pathOf("cameras"));
    const images = readColmapImages(pathOf("images"));
    for (const { id, cameraId } of images.values()) {
      if (!cameras.has(cameraId)) {
        throw new RangeError(
          `Cannot read "${folder}": image ${id} has camera ${cameraId}, ` +
            `the cameras there are ${[...cameras.keys()].slice(0, 20).join(", ")}`,
        );
      }
    }
    return { cameras, images };
  }, remarks);
}

/** Reads the points of a reconstruction's folder by the same rule. */
export function readColmapFolderPoints(folder: string, remarks: string[]): ColmapPoints {
  return readFromFolder(
    folder,
    ["points3D"],
    (pathOf) => readColmapPoints(pathOf("points3D")),
    remarks,
  );
}

/**
 * Reads a COLMAP reconstruction from its folder ("sparse/0"): cameras and images together, and the
 * points, each binary if that is there and can be read, else text; `remarks` names a binary file that
 * could not.
 */
export function readColmap(folder: string): ColmapReconstruction {
  const remarks: string[] = [];
  const views = readColmapViews(folder, remarks);
  return { ...views, points: readColmapFolderPoints(folder, remarks), remarks };
}

type Reader<T> = (bytes: Uint8Array, file: string) => T;

function readEither<T>(
  input: Uint8Array | string,
  { file }: ColmapOptions,
  binary: Reader<T>,
  text: Reader<T>,
): T {
  const name = file ?? (typeof input === "string" ? input : "memory");
  const bytes = typeof input === "string" ? readBytes(input) : input;
  return name.endsWith(".txt") ? text(bytes, name) : binary(bytes, name);
}
