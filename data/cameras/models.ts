import type { Scalar } from "./scalars.ts";

/** A lens: its model's name and numbers, in pixels that have their centres at half numbers. */
export interface CameraLens {
  readonly model: CameraModelName;
  readonly width: number;
  readonly height: number;
  /** fx, fy, cx, cy; without meaning for equirectangular pictures, which their size defines. */
  readonly intrinsics: readonly [number, number, number, number];
  /** As the model's `coefficients` names them. */
  readonly distortion: readonly number[];
}

/** A point in the frame of the camera: x right, y down, z ahead. */
export type Point<T> = readonly [T, T, T];

/** How a kind of lens shows points. */
export interface CameraModel {
  /** Names of the numbers of its distortion, in their order. */
  readonly coefficients: readonly string[];
  /** Place on the picture, pixels, of a point in the frame of the camera. */
  readonly project: <T extends Scalar<T>>(point: Point<T>, lens: CameraLens) => [T, T];
  /** Whether nearness is the distance from the camera, not along its axis. */
  readonly byDistance: boolean;
}

function square<T extends Scalar<T>>(x: T): T {
  return x.times(x);
}

/** c0 + c1 q + c2 q^2 + … */
function polynomial<T extends Scalar<T>>(q: T, coefficients: readonly number[]): T {
  return coefficients.reduceRight<T>((sum, c) => sum.times(q).plus(c), q.times(0));
}

function onPicture<T extends Scalar<T>>(
  u: T,
  v: T,
  { intrinsics: [fx, fy, cx, cy] }: CameraLens,
): [T, T] {
  return [u.times(fx).plus(cx), v.times(fy).plus(cy)];
}

/** Nearer to the axis than this share of the depth, the angle's series takes the place of its quotient. */
const ON_AXIS = 1e-8;

/** Angle from the axis over the distance from it, and the angle. */
function angleOf<T extends Scalar<T>>([x, y, z]: Point<T>): { perDistance: T; angle: T | null } {
  const distance2 = square(x).plus(square(y));
  if (Math.sqrt(distance2.value) < ON_AXIS * z.value) {
    const share = distance2.over(square(z));
    return { perDistance: share.times(-1 / 3).plus(1).over(z), angle: null };
  }
  const distance = distance2.sqrt();
  const angle = distance.atan2(z);
  return { perDistance: angle.over(distance), angle };
}

/** What the angle is stretched by: 1 + k1 a^2 + k2 a^4 + k3 a^6 + k4 a^8. */
function angleStretch<T extends Scalar<T>>(
  point: Point<T>,
  angle: T | null,
  k: readonly number[],
): T {
  const [x, y, z] = point;
  const angle2 = angle ? square(angle) : square(x).plus(square(y)).over(square(z));
  return polynomial(angle2, [1, ...k.slice(0, 4)]);
}

const projectPinhole: CameraModel["project"] = ([x, y, z], lens) =>
  onPicture(x.over(z), y.over(z), lens);

const projectOpencv: CameraModel["project"] = ([x, y, z], lens) => {
  const [k1, k2, k3, k4, k5, k6, p1, p2, s1, s2, s3, s4] = lens.distortion as number[];
  const [a, b] = [x.over(z), y.over(z)];
  const [aa, bb, ab] = [square(a), square(b), a.times(b)];
  const q = aa.plus(bb);
  const stretch = polynomial(q, [1, k1!, k2!, k3!]).over(polynomial(q, [1, k4!, k5!, k6!]));
  const thin = (one: number, two: number) => polynomial(q, [0, one, two]);
  const u = a.times(stretch).plus(ab.times(2 * p1!)).plus(q.plus(aa.times(2)).times(p2!))
    .plus(thin(s1!, s2!));
  const v = b.times(stretch).plus(q.plus(bb.times(2)).times(p1!)).plus(ab.times(2 * p2!))
    .plus(thin(s3!, s4!));
  return onPicture(u, v, lens);
};

const projectFisheye: CameraModel["project"] = (point, lens) => {
  const { perDistance, angle } = angleOf(point);
  const scale = perDistance.times(angleStretch(point, angle, lens.distortion));
  return onPicture(point[0].times(scale), point[1].times(scale), lens);
};

const projectThinPrismFisheye: CameraModel["project"] = (point, lens) => {
  const [, , , , p1, p2, sx1, sy1] = lens.distortion as number[];
  const { perDistance, angle } = angleOf(point);
  const [a, b] = [point[0].times(perDistance), point[1].times(perDistance)];
  const stretch = angleStretch(point, angle, lens.distortion);
  const [aa, bb, ab] = [square(a), square(b), a.times(b)];
  const q = aa.plus(bb);
  const u = a.times(stretch).plus(ab.times(2 * p1!)).plus(q.plus(aa.times(2)).times(p2!))
    .plus(q.times(sx1!));
  const v = b.times(stretch).plus(q.plus(bb.times(2)).times(p1!)).plus(ab.times(2 * p2!))
    .plus(q.times(sy1!));
  return onPicture(u, v, lens);
};

const projectOrthographic: CameraModel["project"] = ([x, y], lens) => onPicture(x, y, lens);

const projectEquirectangular: CameraModel["project"] = ([x, y, z], { width, height }) => {
  const level = square(x).plus(square(z)).sqrt();
  return [
    x.atan2(z).times(width / (2 * Math.PI)).plus(width / 2),
    y.atan2(level).times(height / Math.PI).plus(height / 2),
  ];
};

/** The models of lenses; adding one is adding a line and its projection. */
export const CAMERA_MODELS = {
  pinhole: {
    coefficients: [],
    project: projectPinhole,
    byDistance: false,
  },
  opencv: {
    coefficients: ["k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2", "s1", "s2", "s3", "s4"],
    project: projectOpencv,
    byDistance: false,
  },
  fisheye: {
    coefficients: ["k1", "k2", "k3", "k4"],
    project: projectFisheye,
    byDistance: false,
  },
  thin_prism_fisheye: {
    coefficients: ["k1", "k2", "k3", "k4", "p1", "p2", "sx1", "sy1"],
    project: projectThinPrismFisheye,
    byDistance: false,
  },
  ortho: {
    coefficients: [],
    project: projectOrthographic,
    byDistance: false,
  },
  equirect: {
    coefficients: [],
    project: projectEquirectangular,
    byDistance: true,
  },
} as const satisfies Readonly<Record<string, CameraModel>>;

/** Name of a model of lenses. */
export type CameraModelName = keyof typeof CAMERA_MODELS;
