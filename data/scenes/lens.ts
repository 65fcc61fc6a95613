import { fovOf } from "./field_of_view.ts";
import type { Distortion, Lens, SceneView } from "./scene_view.ts";

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

/** Models of lenses: OpenCV's, and fisheyes, as COLMAP and nerfstudio call them. */
const OPENCV = [
  ...["PINHOLE", "SIMPLE_PINHOLE", "PERSPECTIVE"],
  ...["SIMPLE_RADIAL", "RADIAL", "OPENCV", "FULL_OPENCV"],
];
const FISHEYES = [
  ...["FISHEYE", "SIMPLE_FISHEYE", "OPENCV_FISHEYE"],
  ...["SIMPLE_RADIAL_FISHEYE", "RADIAL_FISHEYE", "THIN_PRISM_FISHEYE"],
];
/** Whether a model is one of a fisheye. */
export function isFisheye(model: string): boolean {
  return FISHEYES.includes(model.toUpperCase());
}

/** Whether a model shows all directions, longitude across and latitude down, as COLMAP and nerfstudio call it. */
export function isPanorama(model: string): boolean {
  return model.toUpperCase() === "EQUIRECTANGULAR";
}

/** Pixels a radian and the middle of a picture of all directions. */
export function panoramaIntrinsics(
  { width, height }: { readonly width: number; readonly height: number },
): Pick<Calibration, "fx" | "fy" | "cx" | "cy"> {
  return { fx: width / (2 * Math.PI), fy: height / Math.PI, cx: width / 2, cy: height / 2 };
}

const COEFFICIENTS = /^(k[1-6]|p[12]|sx1|sy1)$/;

/** Refuses a lens of another kind; `whose` names its picture or camera. */
export function checkLens({ model, distortion }: Calibration, whose: string): void {
  const name = model.toUpperCase();
  const unknown = Object.entries(distortion)
    .find(([name, value]) => value !== 0 && !COEFFICIENTS.test(name));
  if ((OPENCV.includes(name) || FISHEYES.includes(name) || isPanorama(name)) && !unknown) return;
  const panorama = /VR180|OMNI|CUBE/.test(name);
  throw Object.assign(
    new RangeError(
      `Cannot train on ${whose}: its lens is ${model}${
        unknown ? ` with ${unknown[0]} = ${unknown[1]}` : ""
      }, pinhole cameras, lenses with k1 to k6, p1 and p2 of OpenCV, fisheyes and equirectangular panoramas can be used`,
    ),
    {
      hint: panorama
        ? "make perspective pictures first: several views of each panorama, as a cube has faces"
        : '"splat convert" or COLMAP\'s image_undistorter make pictures of a pinhole camera',
    },
  );
}

/** What the lens does to a pinhole camera's picture; null where nothing. */
export function distortionOf({ model, distortion }: Calibration): Distortion | null {
  const name = model.toUpperCase();
  const { k1 = 0, k2 = 0, k3 = 0, k4 = 0, k5 = 0, k6 = 0, p1 = 0, p2 = 0 } = distortion;
  const { sx1 = 0, sy1 = 0 } = distortion;
  const fisheye = isFisheye(name);
  const panorama = isPanorama(name);
  if (!fisheye && !panorama && [k1, k2, k3, k4, k5, k6, p1, p2].every((value) => value === 0)) {
    return null;
  }
  // OpenCV's k4 to k6 are those of a divisor, nerfstudio's k4 goes on where k3 ends.
  const rational = !fisheye && (name === "FULL_OPENCV" || k5 !== 0 || k6 !== 0);
  return {
    kind: fisheye ? "fisheye" : panorama ? "equirectangular" : "opencv",
    radial: rational ? [k1, k2, k3, 0] : [k1, k2, k3, k4],
    divisor: rational ? [k4, k5, k6] : [0, 0, 0],
    tangential: [p1, p2],
    thin: [sx1, 0, sy1, 0],
  };
}

/** Where the lens shows what a pinhole camera shows at (x, y), both over the focal length. */
export function distorted(
  x: number,
  y: number,
  { kind, radial, divisor, tangential: [p1, p2], thin: [s1, s2, s3, s4] }: Distortion,
): [number, number] {
  const slope = Math.hypot(x, y);
  const share = kind === "fisheye" && slope > 0 ? Math.atan(slope) / slope : 1;
  const [a, b] = [share * x, share * y];
  const q = a * a + b * b;
  const stretch = radialStretch(q, { radial, divisor });
  return [
    a * stretch + 2 * p1 * a * b + p2 * (q + 2 * a * a) + q * (s1 + s2 * q),
    b * stretch + p1 * (q + 2 * b * b) + 2 * p2 * a * b + q * (s3 + s4 * q),
  ];
}

/** What the lens stretches points by at the squared distance q from its axis. */
export function radialStretch(
  q: number,
  { radial: [k1, k2, k3, k4], divisor: [d1, d2, d3] }: Pick<Distortion, "radial" | "divisor">,
): number {
  return (1 + q * (k1 + q * (k2 + q * (k3 + q * k4)))) / (1 + q * (d1 + q * (d2 + q * d3)));
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

/** How a scene's cameras are to be read. */
export interface LensOptions {
  readonly principalPoint: "use" | "centre";
  /** Look through the lens, or straighten its pictures. */
  readonly lenses: "native" | "undistort";
}

/**
 * What a camera sees: as it is, wherever it looks straight ahead and whatever its lens, or what its
 * straightened picture shows, which looks straight ahead at its middle.
 */
export function seenBy(
  camera: Calibration,
  { principalPoint, lenses }: LensOptions,
): Pick<SceneView, "calibration" | "fov" | "centre" | "lens"> {
  const { width, height, fx, fy } = camera;
  const middle = [width / 2, height / 2] as const;
  const centre = principalPoint === "use" ? [camera.cx, camera.cy] as const : middle;
  const distortion = distortionOf(camera);
  if (distortion?.kind === "equirectangular" && lenses === "undistort") {
    throw Object.assign(
      new RangeError("Cannot straighten a panorama: no plane holds what is seen to all sides"),
      { hint: "leave out --undistort, or --lenses native" },
    );
  }
  const bent = distortion && { focal: [fx, fy], centre, distortion } as const;
  const zoom = bent && lenses === "undistort" ? fullZoom(bent, [width, height]) : null;
  const aside = [0, 1].some((k) => Math.abs(centre[k]! - middle[k]!) > EXACTLY);
  return {
    calibration: [width, height],
    fov: [fovOf(fx * (zoom ?? 1), width), fovOf(fy * (zoom ?? 1), height)],
    ...bent && { lens: { ...bent, zoom } },
    ...aside && zoom === null && { centre },
  };
}
