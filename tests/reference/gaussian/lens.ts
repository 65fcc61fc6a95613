import { Dual, type Scalar, Taped } from "../../../data/cameras/scalars.ts";
import type { RasterLens } from "../../../gpu/ops/gaussian/rasterize/camera.ts";

type Point<T> = readonly [T, T, T];

/** Where a lens shows a point in the frame of the camera, in pixels whose centres are whole numbers. */
export function throughLens(lens: RasterLens, point: readonly number[]): [number, number] {
  const [u, v] = shown(lens, Dual.point(taped(point)));
  return [u.value, v.value];
}

/** Rows of the Jacobian at the point whose slopes are within the lens's limits. */
export function lensJacobian(lens: RasterLens, point: readonly number[]): number[][] {
  const [x, y, z] = point;
  const [left, right, top, bottom] = lens.limits;
  const bound = (side: number, least: number, most: number) =>
    Math.min(most, Math.max(least, side / z!)) * z!;
  const narrow = lens.kind === "opencv" || lens.kind === "fisheye";
  const at = narrow ? [bound(x!, left, right), bound(y!, top, bottom), z!] : point;
  return shown(lens, Dual.point(taped(at))).map(({ slopes }) => slopes.map(({ value }) => value));
}

function taped(point: readonly number[]): [Taped, Taped, Taped] {
  const tape: Taped[] = [];
  return point.map((value) => Taped.variable(value, tape)) as [Taped, Taped, Taped];
}

/** How far a lens has a point: along its axis, or in all directions. */
export function lensDepth({ kind }: RasterLens, point: readonly number[]): number {
  return kind === "wide fisheye" || kind === "equirectangular" ? Math.hypot(...point) : point[2]!;
}

/** Whether a lens shows a point at all. */
export function lensShows({ kind, most }: RasterLens, [x, y, z]: readonly number[]): boolean {
  if (kind === "wide fisheye") return Math.atan2(Math.hypot(x!, y!), z!) <= most;
  if (kind === "equirectangular" || kind === "orthographic") return true;
  return (x! / z!) ** 2 + (y! / z!) ** 2 <= most;
}

/** Where points are before any distortion: on a plane, or by angles. */
function placed<T extends Scalar<T>>(kind: RasterLens["kind"], [x, y, z]: Point<T>): [T, T] {
  switch (kind) {
    case "opencv":
      return [x.over(z), y.over(z)];
    case "fisheye":
    case "wide fisheye": {
      const reach = x.times(x).plus(y.times(y)).sqrt();
      const share = reach.atan2(z).over(reach);
      return [x.times(share), y.times(share)];
    }
    case "equirectangular":
      return [x.atan2(z), y.atan2(x.times(x).plus(z.times(z)).sqrt())];
    case "orthographic":
      return [x, y];
  }
}

function shown<T extends Scalar<T>>(lens: RasterLens, point: Point<T>): [T, T] {
  const [a, b] = placed(lens.kind, point);
  const [aa, bb, ab] = [a.times(a), b.times(b), a.times(b)];
  const q = aa.plus(bb);
  const series = (numbers: readonly number[]) =>
    [1, ...numbers].reduceRight<T>((sum, c) => sum.times(q).plus(c), q.times(0));
  const stretch = series(lens.radial).over(series(lens.divisor));
  const [p1, p2] = lens.tangential;
  const [s1, s2, s3, s4] = lens.thin;
  const u = a.times(stretch).plus(ab.times(2 * p1)).plus(q.plus(aa.times(2)).times(p2))
    .plus(q.times(s1)).plus(q.times(q).times(s2));
  const v = b.times(stretch).plus(ab.times(2 * p2)).plus(q.plus(bb.times(2)).times(p1))
    .plus(q.times(s3)).plus(q.times(q).times(s4));
  return [
    u.times(lens.focal[0]).plus(lens.centre[0] - 0.5),
    v.times(lens.focal[1]).plus(lens.centre[1] - 0.5),
  ];
}
