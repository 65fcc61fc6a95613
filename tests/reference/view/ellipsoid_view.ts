import type { Ellipsoids } from "../../../gpu/ops/view/ellipsoid_view.ts";
import { groundInk, INK, rayToCar, type Staged } from "./stage.ts";
import type { ViewCamera } from "../../../gpu/ops/view/voxel_view.ts";

const LIGHT = [-0.35, -0.5, 0.8].map((value) => value / Math.hypot(0.35, 0.5, 0.8));

/** RGB [height, width, 3], 0 to 255, of every ellipsoid on the ray through each pixel's middle. */
export function ellipsoidView(
  { means, radii, rotations, colours }: Ellipsoids,
  { width, height, tangents, position, right, down, forward }: ViewCamera,
  stage?: Staged,
): Float64Array {
  const count = means.length / 3;
  const order = Array.from({ length: count }, (_, i) => i);
  const depthOf = (i: number) =>
    [0, 1, 2].reduce((sum, k) => sum + (means[3 * i + k]! - position[k]!) * forward[k]!, 0);
  order.sort((a, b) => depthOf(a) - depthOf(b) || a - b);
  const picture = new Float64Array(3 * width * height);
  for (let n = 0; n < width * height; n++) {
    const [a, b] = [
      tangents[0] * (2 * (n % width + 0.5) / width - 1),
      tangents[1] * (2 * (Math.floor(n / width) + 0.5) / height - 1),
    ];
    const ray = [0, 1, 2].map((k) => forward[k]! + a * right[k]! + b * down[k]!);
    let passing = 1;
    const from = [position[0], position[1], position[2] - (stage?.ground ?? 0)];
    const car = stage ? rayToCar(from, ray) : { depth: Infinity, colour: [0, 0, 0] };
    const ground = ray[2]! < 0 ? (0.04 - from[2]!) / ray[2]! : Infinity;
    let ink = stage && ground > 0 && ground < Infinity
      ? groundInk(
        [from[0]! + ground * ray[0]!, from[1]! + ground * ray[1]!],
        ground * 2 * tangents[0] / width,
        stage,
      )
      : 0;
    const colour = [0, 0, 0];
    for (const i of order) {
      const rows = rowsOf(rotations.subarray(4 * i, 4 * i + 4));
      // Into the frame in which the ellipsoid is a ball of radius one around the origin.
      const local = (v: number[]) =>
        rows.map((row, k) => row.reduce((sum, r, j) => sum + r * v[j]!, 0) / radii[3 * i + k]!);
      const d = local(ray);
      const o = local([0, 1, 2].map((k) => position[k]! - means[3 * i + k]!));
      const [dd, od, oo] = [dot(d, d), dot(o, d), dot(o, o)];
      const root = od * od - dd * (oo - 1);
      if (root <= 0) continue;
      const depth = (-od - Math.sqrt(root)) / dd;
      if (depth <= 0 || depth >= car.depth) continue;
      if (ink > 0 && ground < Math.min(depth, car.depth)) {
        for (let k = 0; k < 3; k++) colour[k]! += passing * ink * INK[k]!;
        passing *= 1 - ink;
        ink = 0;
      }
      const at = o.map((value, k) => value + depth * d[k]!);
      const normal = [0, 1, 2].map((k) =>
        rows.reduce((sum, row, j) => sum + row[k]! * at[j]! / radii[3 * i + j]!, 0)
      );
      const bright = 0.55 + 0.45 * Math.max(0, dot(normal, LIGHT) / Math.hypot(...normal));
      const alpha = colours[4 * i + 3]!;
      for (let k = 0; k < 3; k++) colour[k]! += passing * alpha * bright * colours[4 * i + k]!;
      passing *= 1 - alpha;
    }
    const behind = car.depth < ground ? car.colour : INK.map((part) => 1 + ink * (part - 1));
    colour.forEach((value, k) =>
      picture[3 * n + k] = 255 * Math.min(1, value + passing * behind[k]!)
    );
  }
  return picture;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}

function rowsOf(quaternion: Float32Array): number[][] {
  const length = Math.hypot(...quaternion);
  const [w, x, y, z] = [...quaternion].map((part) => part / length) as [
    number,
    number,
    number,
    number,
  ];
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}
