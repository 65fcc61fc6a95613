import { dot, unit } from "../geometry/vector3.ts";
import { CAMERA_MODELS, type CameraLens } from "./models.ts";
import { Dual, Taped } from "./scalars.ts";

/** A direction of length 1 in the frame of the camera. */
export type Ray = readonly [number, number, number];

/** Steps of Newton's method, pixels that it may be off at the end, and halvings of an angle. */
const STEPS = 50;
const CLOSE = 1e-9;
const HALVINGS = 60;
/** Least stretch of OpenCV's model that is still that of a lens. */
const LEAST_STRETCH = 0.8;

/**
 * The direction that a pixel shows, null where the lens shows nothing there. Of an orthographic lens all are
 * the same, the ray begins at ((u - cx) / fx, (v - cy) / fy, 0).
 */
export function rayOf(lens: CameraLens, [u, v]: readonly [number, number]): Ray | null {
  const { model, width, height, intrinsics: [fx, fy, cx, cy] } = lens;
  const [a, b] = [(u - cx) / fx, (v - cy) / fy];
  switch (model) {
    case "pinhole":
      return unit([a, b, 1]);
    case "ortho":
      return [0, 0, 1];
    case "equirect": {
      const [around, down] = [2 * Math.PI * (u / width - 0.5), Math.PI * (v / height - 0.5)];
      return [
        Math.sin(around) * Math.cos(down),
        Math.sin(down),
        Math.cos(around) * Math.cos(down),
      ];
    }
    case "fisheye":
      return fisheyeRay(lens, a, b);
    case "thin_prism_fisheye": {
      const start = fisheyeRay({ ...lens, distortion: lens.distortion.slice(0, 4) }, a, b);
      return start && newton(lens, start, [u, v]);
    }
    case "opencv":
      return newton(lens, unit([a, b, 1]), [u, v]);
  }
}

/**
 * The largest angle from the axis that a fisheye shows, radians: where its picture would turn back, and no
 * more than its farthest corner's.
 */
export function largestAngle({ width, height, intrinsics, distortion }: CameraLens): number {
  const [fx, fy, cx, cy] = intrinsics;
  const farthest = Math.hypot(Math.max(cx, width - cx), Math.max(cy, height - cy));
  const most = Math.max(farthest / fx, farthest / fy);
  const [k1, k2, k3, k4] = distortion as unknown as [number, number, number, number];
  const slope = (angle: number) => {
    const q = angle * angle;
    return 1 + q * (3 * k1 + q * (5 * k2 + q * (7 * k3 + q * 9 * k4)));
  };
  // The slope begins at 1: the first place where it is not above 0.
  const parts = 4096;
  for (let i = 1; i <= parts; i++) {
    if (slope(most * i / parts) > 0) continue;
    let [low, high] = [most * (i - 1) / parts, most * i / parts];
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (low + high) / 2;
      if (slope(middle) > 0) low = middle;
      else high = middle;
    }
    return low;
  }
  return most;
}

function fisheyeRay(lens: CameraLens, a: number, b: number): Ray | null {
  const radius = Math.hypot(a, b);
  if (radius === 0) return [0, 0, 1];
  const [k1, k2, k3, k4] = lens.distortion as unknown as [number, number, number, number];
  const shown = (angle: number) => {
    const q = angle * angle;
    return angle * (1 + q * (k1 + q * (k2 + q * (k3 + q * k4))));
  };
  let [low, high] = [0, largestAngle(lens)];
  // By halves: Newton's method was seen to leave a third of the rays of a wide lens.
  if (!(shown(high) >= radius)) return null;
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (shown(middle) < radius) low = middle;
    else high = middle;
  }
  const [sine, cosine] = [Math.sin(low), Math.cos(low)];
  return [sine * a / radius, sine * b / radius, cosine];
}

/** Turns a ray until the lens shows it at a pixel, by the Jacobian of its model; null where that is nowhere. */
function newton(lens: CameraLens, start: Ray, [u, v]: readonly [number, number]): Ray | null {
  const { project } = CAMERA_MODELS[lens.model];
  let ray = start;
  for (let step = 0; step < STEPS; step++) {
    const tape: Taped[] = [];
    const point = ray.map((part) => Taped.variable(part, tape)) as [Taped, Taped, Taped];
    const [x, y] = project(Dual.point(point), lens) as [Dual, Dual];
    const off = [x.value - u, y.value - v] as const;
    if (Math.hypot(...off) < CLOSE) return isOfLens(ray, lens) ? ray : null;
    const rows = [x, y].map(({ slopes }) => slopes.map(({ value }) => value)) as unknown as [
      Ray,
      Ray,
    ];
    const [xx, xy, yy] = [dot(rows[0], rows[0]), dot(rows[0], rows[1]), dot(rows[1], rows[1])];
    const determinant = xx * yy - xy * xy;
    if (!(Math.abs(determinant) > 0)) return null;
    const [s, t] = [
      (yy * off[0] - xy * off[1]) / determinant,
      (xx * off[1] - xy * off[0]) / determinant,
    ];
    ray = unit(ray.map((part, k) => part - s * rows[0][k]! - t * rows[1][k]!) as unknown as Ray);
  }
  return null;
}

/** Whether a ray lies where OpenCV's polynomials are still those of a lens. */
function isOfLens([x, y, z]: Ray, { model, distortion }: CameraLens): boolean {
  if (model !== "opencv") return true;
  const [k1, k2, k3, k4, k5, k6] = distortion as number[];
  const q = (x / z) ** 2 + (y / z) ** 2;
  const stretch = (1 + q * (k1! + q * (k2! + q * k3!))) / (1 + q * (k4! + q * (k5! + q * k6!)));
  return z > 0 && stretch > LEAST_STRETCH;
}
