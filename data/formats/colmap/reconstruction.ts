import type { ColmapCamera } from "./models.ts";

/** A registered image of a COLMAP reconstruction. */
export interface ColmapImage {
  /** Its number. */
  readonly id: number;
  /** Unit quaternion wxyz that turns world into camera axes (x right, y down, z forward). */
  readonly rotation: [number, number, number, number];
  /** Translation from world to camera: x_camera = R x_world + t. */
  readonly translation: [number, number, number];
  /** Number of its camera. */
  readonly cameraId: number;
  /** Path below the folder of images. */
  readonly name: string;
  /** Observed points, x and y in turn, in pixels from the upper left corner. */
  readonly xys: Float64Array;
  /** Id of the 3D point of each observation, -1 for none. */
  readonly pointIds: Float64Array;
}

/** The 3D points of a COLMAP reconstruction, N of them. */
export interface ColmapPoints {
  /** [N] */
  readonly ids: Float64Array;
  /** [N, 3], in world units. */
  readonly positions: Float64Array;
  /** [N, 3], red, green, blue. */
  readonly colors: Uint8Array;
  /** [N], mean reprojection error in pixels. */
  readonly errors: Float64Array;
  /** Point i is seen by the observations from `trackOffsets[i]` up to `trackOffsets[i + 1]`. */
  readonly trackOffsets: Uint32Array;
  /** Image of each observation. */
  readonly trackImageIds: Int32Array;
  /** Index of each observation among those of its image. */
  readonly trackIndices: Int32Array;
}

/** A COLMAP reconstruction: its cameras and images by id, and its points. */
export interface ColmapReconstruction {
  /** By their number. */
  readonly cameras: Map<number, ColmapCamera>;
  /** By their number. */
  readonly images: Map<number, ColmapImage>;
  /** What was triangulated. */
  readonly points: ColmapPoints;
  /** A line for each binary file that could not be read and was replaced by its text form. */
  readonly remarks: string[];
}

/** Throws unless an image's pose and name can be used. */
export function checkImage(image: ColmapImage): ColmapImage {
  const { id, rotation, translation, name } = image;
  if (![...rotation, ...translation].every((value) => Number.isFinite(value))) {
    throw new RangeError(`image ${id} has a pose that is not finite`);
  }
  if (name === "") throw new RangeError(`image ${id} has no name`);
  return image;
}

/** Puts items into a Map by id; throws if two have the same. */
export function addById<T extends { id: number }>(
  items: Map<number, T>,
  item: T,
  what: string,
): void {
  if (items.has(item.id)) throw new RangeError(`the ${what} ${item.id} is there twice`);
  items.set(item.id, item);
}
