import { type Distortion, fovOf, type Lens, type SceneView } from "./scene_view.ts";

/** A calibrated camera in pixels, with what its model has besides by name. */
export interface Calibration {
  readonly model: string;
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  readonly distortion: Readonly<Record<string, number>>;
}

/** Models whose pictures a pinhole camera takes, or can be straightened to be such. */
const MODELS = [
  ...["PINHOLE", "SIMPLE_PINHOLE", "PERSPECTIVE"],
  ...["SIMPLE_RADIAL", "RADIAL", "OPENCV", "FULL_OPENCV"],
];

/** Refuses a lens of another kind; `whose` names its picture or camera. */
export function checkLens({ model, distortion }: Calibration, whose: string): void {
  const unknown = Object.entries(distortion)
    .find(([name, value]) => value !== 0 && !/^(k[1-6]|p[12])$/.test(name));
  if (MODELS.includes(model.toUpperCase()) && !unknown) return;
  const fisheye = /FISHEYE/i.test(model);
  throw Object.assign(
    new RangeError(
      `Cannot train on ${whose}: its lens is ${
        unknown
          ? `${model} with ${unknown[0]} = ${unknown[1]}`
          : fisheye
          ? `a fisheye (${model})`
          : model
      }, pinhole cameras and lenses with k1 to k6, p1 and p2 of OpenCV can be used`,
    ),
    {
      hint: fisheye || unknown
        ? '"splat convert" or COLMAP\'s image_undistorter make pictures of a pinhole camera'
        : "make perspective pictures first: several views of each panorama, as a cube has faces",
    },
  );
}

/** What the lens does to a pinhole camera's picture; null where nothing. */
export function distortionOf({ model, distortion }: Calibration): Distortion | null {
  const { k1 = 0, k2 = 0, k3 = 0, k4 = 0, k5 = 0, k6 = 0, p1 = 0, p2 = 0 } = distortion;
  const all = [k1, k2, k3, k4, k5, k6, p1, p2];
  if (all.every((value) => value === 0)) return null;
  // OpenCV's k4 to k6 are those of a divisor, nerfstudio's k4 goes on where k3 ends.
  const rational = model.toUpperCase() === "FULL_OPENCV" || k5 !== 0 || k6 !== 0;
  return {
    radial: rational ? [k1, k2, k3, 0] : [k1, k2, k3, k4],
    divisor: rational ? [k4, k5, k6] : [0, 0, 0],
    tangential: [p1, p2],
  };
}

/** Where the lens shows what a pinhole camera shows at (x, y), both over the focal length. */
export function distorted(
  x: number,
  y: number,
  { radial: [k1, k2, k3, k4], divisor: [d1, d2, d3], tangential: [p1, p2] }: Distortion,
): [number, number] {
  const square = x * x + y * y;
  const stretch = (1 + square * (k1 + square * (k2 + square * (k3 + square * k4)))) /
    (1 + square * (d1 + square * (d2 + square * d3)));
  return [
    x * stretch + 2 * p1 * x * y + p2 * (square + 2 * x * x),
    y * stretch + p1 * (square + 2 * y * y) + 2 * p2 * x * y,
  ];
}

/** Pixels: files often have the middle but for a rounding. */
const EXACTLY = 1e-6;

/** Points along each side that are looked at, and largest zoom. */
const SAMPLES = 64;
const MOST_ZOOM = 2;

/**
 * The least zoom, from 1 to 2, with which the lens saw all of the straightened picture: without it there
 * would be black margins, which no other view agrees with.
 */
export function fullZoom(lens: Omit<Lens, "zoom">, size: readonly [number, number]): number {
  const shows = (zoom: number) =>
    [0, 1].every((axis) =>
      [0, 1].every((end) =>
        Array.from({ length: SAMPLES + 1 }, (_, i) => i / SAMPLES).every((share) => {
          const at = axis === 0 ? [end, share] : [share, end];
          const place = [0, 1].map((k) =>
            (0.5 + (size[k]! - 1) * at[k]! - size[k]! / 2) / (lens.focal[k]! * zoom)
          );
          return distorted(place[0]!, place[1]!, lens.distortion).every((value, k) => {
            const pixel = value * lens.focal[k]! + lens.centre[k]!;
            return pixel >= 0 && pixel <= size[k]!;
          });
        })
      )
    );
  if (shows(1)) return 1;
  let [low, high] = [1, MOST_ZOOM];
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * What a camera sees: as it is where it is a pinhole camera, wherever that looks straight ahead, else what
 * its straightened picture shows, which looks straight ahead at its middle.
 */
export function seenBy(
  camera: Calibration,
  principalPoint: "use" | "centre",
): Pick<SceneView, "calibration" | "fov" | "centre" | "lens"> {
  const { width, height, fx, fy } = camera;
  const middle = [width / 2, height / 2] as const;
  const centre = principalPoint === "use" ? [camera.cx, camera.cy] as const : middle;
  const distortion = distortionOf(camera);
  const straight = distortion && { focal: [fx, fy], centre, distortion } as const;
  const zoom = straight ? fullZoom(straight, [width, height]) : 1;
  const aside = [0, 1].some((k) => Math.abs(centre[k]! - middle[k]!) > EXACTLY);
  return {
    calibration: [width, height],
    fov: [fovOf(fx * zoom, width), fovOf(fy * zoom, height)],
    ...straight ? { lens: { ...straight, zoom } } : aside && { centre },
  };
}
