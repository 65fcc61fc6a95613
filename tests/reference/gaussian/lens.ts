import { Dual, type Scalar, Taped } from "../../../data/cameras/scalars.ts";
import type { RasterLens } from "../../../gpu/ops/gaussian/rasterize/camera.ts";

type Point<T> = readonly [T, T, T];

/** Where a lens shows a point in the frame of the camera, in pixels whose centres are whole numbers. */
export function throughLens(lens: RasterLens, point: readonly number[]): [number, number] {
  const [u, v] = shown(lens, Dual.point(taped(point)));
  return [u.value, v.value];
}

/** Rows of the Jacobian at the point whose slopes are within the lens's limits. */
export function lensJacobian(lens: RasterLens, [x, y, z]: readonly number[]): number[][] {
  const [left, right, top, bottom] = lens.limits;
  const bound = (side: number, least: number, most: number) =>
    Math.min(most, Math.max(least, side / z!)) * z!;
  const at = [bound(x!, left, right), bound(y!, top, bottom), z!];
  return shown(lens, Dual.point(taped(at))).map(({ slopes }) => slopes.map(({ value }) => value));
}

function taped(point: readonly number[]): [Taped, Taped, Taped] {
  const tape: Taped[] = [];
  return point.map((value) => Taped.variable(value, tape)) as [Taped, Taped, Taped];
}

function shown<T extends Scalar<T>>(lens: RasterLens, [x, y, z]: Point<T>): [T, T] {
  let [a, b] = [x.over(z), y.over(z)];
  if (lens.kind === "fisheye") {
    const slope = a.times(a).plus(b.times(b)).sqrt();
    const share = slope.atan2(slope.times(0).plus(1)).over(slope);
    [a, b] = [a.times(share), b.times(share)];
  }
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
