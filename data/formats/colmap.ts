import { join } from "@std/path";
import { readCamerasBinary, readImagesBinary, readPointsBinary } from "./colmap/binary.ts";
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
  file?: string;
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

/**
 * Reads a COLMAP reconstruction from its folder ("sparse/0"), each of its three files binary if that is
 * there, else text. Throws a RangeError if an image has a camera that is missing.
 */
export function readColmap(folder: string): ColmapReconstruction {
  const cameras = readColmapCameras(find(folder, "cameras"));
  const images = readColmapImages(find(folder, "images"));
  for (const { id, cameraId } of images.values()) {
    if (!cameras.has(cameraId)) {
      throw new RangeError(
        `Cannot read "${folder}": image ${id} has camera ${cameraId}, ` +
          `the cameras there are ${[...cameras.keys()].slice(0, 20).join(", ")}`,
      );
    }
  }
  return { cameras, images, points: readColmapPoints(find(folder, "points3D")) };
}

type Reader<T> = (bytes: Uint8Array, file: string) => T;

function readEither<T>(
  input: Uint8Array | string,
  { file }: ColmapOptions,
  binary: Reader<T>,
  text: Reader<T>,
): T {
  const name = file ?? (typeof input === "string" ? input : "memory");
  const bytes = typeof input === "string" ? Deno.readFileSync(input) : input;
  return name.endsWith(".txt") ? text(bytes, name) : binary(bytes, name);
}

function find(folder: string, name: string): string {
  const paths = [".bin", ".txt"].map((extension) => join(folder, name + extension));
  for (const path of paths) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Deno.errors.NotFound(
    `Cannot read "${folder}": it has neither ${name}.bin nor ${name}.txt, it must have one`,
  );
}
