import type { RasterLens } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { lensShows, throughLens } from "./lens.ts";

/**
 * Mean and covariance (xx, xy, yy) of the pictures of a Gaussian's mean and of the points at its axes, beta 2 and
 * kappa 0; all in the frame of the camera. Null where none of the points is within a tenth of the picture's size.
 */
export function unscented(
  lens: RasterLens,
  mean: readonly number[],
  axes: readonly number[][],
  { alpha, width, height }: {
    readonly alpha: number;
    readonly width: number;
    readonly height: number;
  },
): { mean: [number, number]; covariance: [number, number, number] } | null {
  const spread = 3 * alpha ** 2;
  const points = [mean];
  for (const sign of [1, -1]) {
    for (const axis of axes) {
      points.push(mean.map((value, k) => value + sign * Math.sqrt(spread) * axis[k]!));
    }
  }
  const places = points.map((point) => place(lens, point));
  const seen = points.some((point, k) => {
    const [u, v] = places[k]!;
    return inside(lens, point) && u + 0.5 >= -0.1 * width && u + 0.5 < 1.1 * width &&
      v + 0.5 >= -0.1 * height && v + 0.5 < 1.1 * height;
  });
  if (!seen) return null;
  if (lens.kind === "equirectangular") {
    const turn = 2 * Math.PI * lens.focal[0];
    for (const place of places) {
      place[0] -= turn * Math.round((place[0] - places[0]![0]) / turn);
    }
  }
  const weight = (k: number) => k ? 0.5 / spread : 1 - 3 / spread;
  const at = [0, 1].map((axis) =>
    places.reduce((sum, place, k) => sum + weight(k) * place[axis]!, 0)
  ) as [number, number];
  const product = (a: number, b: number) =>
    places.reduce(
      (sum, place, k) =>
        sum + (weight(k) + (k ? 0 : 3 - alpha ** 2)) * (place[a]! - at[a]!) * (place[b]! - at[b]!),
      0,
    );
  return { mean: at, covariance: [product(0, 0), product(0, 1), product(1, 1)] };
}

function inside(lens: RasterLens, point: readonly number[]): boolean {
  const anywhere = lens.kind === "wide fisheye" || lens.kind === "equirectangular";
  return (anywhere || point[2]! > 0) && lensShows(lens, point);
}

/** Beyond the rim of a fisheye where that is; behind an orthographic camera at the corner. */
function place(lens: RasterLens, point: readonly number[]): [number, number] {
  const [x, y, z] = point as [number, number, number];
  if (lens.kind === "orthographic" && z <= 0) return [-0.5, -0.5];
  if (lens.kind.endsWith("fisheye") && !inside(lens, point)) {
    const slope = lens.kind === "fisheye" ? Math.sqrt(lens.most) : Math.tan(lens.most);
    return throughLens(lens, [x, y, Math.hypot(x, y) / slope]);
  }
  return throughLens(lens, point);
}
