/** One posed picture of a scene. */
export interface SceneView {
  /** What the reference calls it: the file's name, without the ending in NeRF-style scenes. */
  readonly name: string;
  /** The picture's file. */
  readonly file: string;
  /** Pixels of the camera that was calibrated; the picture may have fewer. */
  readonly calibration: readonly [width: number, height: number];
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
  /** Inverse depth of the picture's pixels, and what brings it to the units of the scene. */
  readonly depth?: DepthPrior;
}

/** A calibrated lens, in pixels of the calibration, with the distortion of OpenCV's model. */
export interface Lens {
  readonly focal: readonly [number, number];
  readonly centre: readonly [number, number];
  /** k1, k2, p1, p2. */
  readonly distortion: readonly [number, number, number, number];
  /** Focal length of the straightened picture in units of the lens's. */
  readonly zoom: number;
}

/** A file of inverse depth. */
export interface DepthPrior {
  readonly file: string;
  /** Value of the file that stands for 1. */
  readonly unit: number;
  readonly scale: number;
  readonly offset: number;
  readonly reliable: boolean;
}

/** A camera as the rasteriser takes it; matrices act on row vectors. */
export interface PinholeCamera {
  readonly width: number;
  readonly height: number;
  readonly tangents: readonly [number, number];
  readonly view: Float32Array;
  readonly projection: Float32Array;
  readonly position: Float32Array;
}

// The planes between which clip space lies; what is nearer than 0.2 or farther is drawn all the same.
const NEAR = 0.01;
const FAR = 100;

/** The camera of a view for a picture of so many pixels; its field of view stays. */
export function pinholeCamera(
  { fov, rotation, translation }: Pick<SceneView, "fov" | "rotation" | "translation">,
  [width, height]: readonly [number, number],
): PinholeCamera {
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
    projection[4 * row] = x! / tangents[0];
    projection[4 * row + 1] = y! / tangents[1];
    projection[4 * row + 2] = z! * depth - w! * depth * NEAR;
    projection[4 * row + 3] = z!;
  }
  return {
    width,
    height,
    tangents,
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

/** Focal length in pixels of a field of view over so many pixels. */
export function focalOf(fov: number, pixels: number): number {
  return pixels / (2 * Math.tan(fov / 2));
}

/** Field of view of a focal length in pixels over so many pixels. */
export function fovOf(focal: number, pixels: number): number {
  return 2 * Math.atan(pixels / (2 * focal));
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
