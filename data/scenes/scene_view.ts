import { pictureLens } from "./picture_lens.ts";

/** One posed picture of a scene. */
export interface SceneView {
  /** What the reference calls it: the file's name, without the ending in NeRF-style scenes. */
  readonly name: string;
  /** The picture's file. */
  readonly file: string;
  /** Pixels of the picture, once it is turned. */
  readonly pixels: readonly [width: number, height: number];
  /** How the file says it must be turned (EXIF, 5 to 8), where only so it has the shape of its camera's pictures. */
  readonly orientation?: number;
  /** Pixels of the camera that was calibrated; the picture may have fewer. */
  readonly calibration: readonly [width: number, height: number];
  /** Where the camera looks straight ahead, in pixels of the calibration; the middle unless given. */
  readonly centre?: readonly [number, number];
  /** Number of the calibrated camera, where the scene numbers them. */
  readonly camera?: number;
  /** Field of view across and down, radians. */
  readonly fov: readonly [number, number];
  /** Rotation of camera_from_world, row by row; the camera looks along z, y points down. */
  readonly rotation: readonly number[];
  /** Translation of camera_from_world. */
  readonly translation: readonly number[];
  /** Whether it is held out for tests. */
  readonly test: boolean;
  /** How the picture came about, where it must be straightened to be that of a pinhole camera. */
  readonly lens?: Lens;
  /** A picture that is dark where pixels do not count. */
  readonly mask?: Mask;
  /** Inverse depth of the picture's pixels, and what brings it to the units of the scene. */
  readonly depth?: DepthPrior;
}

/** A calibrated lens, in pixels of the calibration, with the distortion of OpenCV's model. */
export interface Lens {
  /** In pixels of the calibration, across and down. */
  readonly focal: readonly [number, number];
  /** Where it looks straight ahead, in pixels of the calibration. */
  readonly centre: readonly [number, number];
  /** How rays are bent. */
  readonly distortion: Distortion;
  /**
   * Focal length of the straightened picture in units of the lens's; null where the picture stays as it is
   * and the rasteriser looks through the lens.
   */
  readonly zoom: number | null;
}

/**
 * Distortion of a point at the slopes (x, y) off the axis, for fisheyes first brought as far off as its angle
 * is large: at the squared distance q both are stretched by (1 + k1 q + k2 q^2 + k3 q^3 + k4 q^4) / (1 + d1 q +
 * d2 q^2 + d3 q^3), and shifted by p1, p2 and the thin prism's s1 to s4.
 */
export interface Distortion {
  /**
   * Whether points are brought as far off the axis as their angle is large, or to their longitude and latitude,
   * where nothing bends them besides.
   */
  readonly kind: "opencv" | "fisheye" | "equirectangular";
  /** k1 to k4. */
  readonly radial: readonly [number, number, number, number];
  /** d1 to d3, which OpenCV calls k4 to k6. */
  readonly divisor: readonly [number, number, number];
  /** p1 and p2. */
  readonly tangential: readonly [number, number];
  /** s1 to s4: of q and q^2 across, of q and q^2 down. */
  readonly thin: readonly [number, number, number, number];
}

/** A file that says which pixels of a picture count. */
export interface Mask {
  /** Path of the picture. */
  readonly file: string;
  /** Whether those count that are dark in it. */
  readonly inverted: boolean;
}

/** A file of inverse depth. */
export interface DepthPrior {
  /** Path of the picture with inverse depths. */
  readonly file: string;
  /** Value of the file that stands for 1. */
  readonly unit: number;
  /** What stored values are multiplied with. */
  readonly scale: number;
  /** What is added then. */
  readonly offset: number;
  /** Whether the fit of the two to the points can be trusted. */
  readonly reliable: boolean;
}

/** A lens whose pictures are straightened. */
export interface StraightLens extends Lens {
  readonly zoom: number;
}

/** The lens of a view, where its pictures are to be straightened. */
export function straightLens(lens: Lens | undefined): StraightLens | null {
  return lens && lens.zoom !== null ? { ...lens, zoom: lens.zoom } : null;
}

/** A lens in pixels of a picture, as the rasteriser takes it. */
export interface PictureLens extends Omit<Distortion, "kind"> {
  /** What lies where it is seen: by slopes, by angles up to 90 degrees or beyond, by longitude and latitude. */
  readonly kind: Distortion["kind"] | "wide fisheye" | "orthographic";
  /** Focal lengths. */
  readonly focal: readonly [number, number];
  /** Where it looks straight ahead; centres of pixels lie at halves. */
  readonly centre: readonly [number, number];
  /** Least and most slope across, then down, at which the lens's Jacobian is taken. */
  readonly limits: readonly [number, number, number, number];
  /** Largest squared slope that it shows; of wide fisheyes the largest angle. */
  readonly most: number;
}

/** A camera as the rasteriser takes it; matrices act on row vectors. */
export interface ViewCamera {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Tangents of half the fields of view, across and down. */
  readonly tangents: readonly [number, number];
  /** Where it looks straight ahead, from -1 to 1 across and down. */
  readonly centre?: readonly [number, number] | undefined;
  /** What it looks through; a pinhole camera unless given. */
  readonly lens?: PictureLens | undefined;
  /** camera_from_world [4, 4]. */
  readonly view: Float32Array;
  /** clip_from_world [4, 4]. */
  readonly projection: Float32Array;
  /** Where it stands, in the world. */
  readonly position: Float32Array;
}

// The planes between which clip space lies; what is nearer than 0.2 or farther is drawn all the same.
const NEAR = 0.01;
const FAR = 100;

/** The camera of a view for a picture of so many pixels; its field of view stays. */
export function viewCamera(
  { fov, rotation, translation, calibration, centre: pixel, lens }:
    & Pick<SceneView, "fov" | "rotation" | "translation">
    & Partial<Pick<SceneView, "calibration" | "centre" | "lens">>,
  [width, height]: readonly [number, number],
): ViewCamera {
  const ahead = (k: 0 | 1) => pixel && calibration ? 2 * pixel[k] / calibration[k] - 1 : 0;
  const centre = [ahead(0), ahead(1)] as const;
  const tangents = [Math.tan(fov[0] / 2), Math.tan(fov[1] / 2)] as const;
  const view = new Float32Array(16);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) view[4 * j + i] = rotation[3 * i + j]!;
    view[12 + i] = translation[i]!;
  }
  view[15] = 1;
  const depth = FAR / (FAR - NEAR);
  const projection = new Float32Array(16);
  for (let row = 0; row < 4; row++) {
    const [x, y, z, w] = view.subarray(4 * row, 4 * row + 4) as unknown as number[];
    projection[4 * row] = x! / tangents[0] + centre[0] * z!;
    projection[4 * row + 1] = y! / tangents[1] + centre[1] * z!;
    projection[4 * row + 2] = z! * depth - w! * depth * NEAR;
    projection[4 * row + 3] = z!;
  }
  return {
    width,
    height,
    tangents,
    centre,
    ...lens?.zoom === null && calibration && {
      lens: pictureLens(lens, calibration, [width, height]),
    },
    view,
    projection,
    position: Float32Array.from(cameraCentre({ rotation, translation })),
  };
}

/** Place of a camera in the world. */
export function cameraCentre(
  { rotation, translation }: Pick<SceneView, "rotation" | "translation">,
): [number, number, number] {
  const along = (k: number) =>
    -(rotation[k]! * translation[0]! + rotation[3 + k]! * translation[1]! +
      rotation[6 + k]! * translation[2]!);
  return [along(0), along(1), along(2)];
}

/**
 * Radius of the cameras: 1.1 times the largest distance from their mean place. The rate of positions
 * and the sizes of densification are in units of it; a single camera has 0.
 */
export function camerasExtent(views: readonly SceneView[]): number {
  const centres = views.map(cameraCentre);
  const mean = [0, 1, 2].map((k) =>
    centres.reduce((sum, centre) => sum + centre[k]!, 0) / centres.length
  );
  const distances = centres.map((centre) =>
    Math.hypot(...centre.map((value, k) => value - mean[k]!))
  );
  return 1.1 * Math.max(0, ...distances);
}
