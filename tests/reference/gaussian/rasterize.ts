import { lensDepth, lensJacobian, lensShows, throughLens } from "./lens.ts";
import { unscented } from "./unscented.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import type { F64 } from "../../support.ts";
import { sphericalHarmonics } from "./spherical_harmonics.ts";

/** Gaussians in doubles; the same fields as the operator's. */
export interface GaussiansF64 {
  means: F64;
  opacities: F64;
  scales?: F64;
  rotations?: F64;
  covariances?: F64;
  colours?: F64;
  /** [n, coefficients, 3]. */
  harmonics?: F64;
  degree?: number;
}

/** How to draw; the same fields as the operator's. */
export interface RasterSettings {
  background?: readonly number[];
  scaleModifier?: number;
  antialiasing?: boolean;
  /** By points along the axes, so many of sqrt(3) standard deviations away; else by the Jacobian. */
  alpha?: number;
}

/** One Gaussian on the screen. */
export interface SplatF64 {
  index: number;
  depth: number;
  pixel: [number, number];
  conic: [number, number, number];
  opacity: number;
  colour: number[];
  radius: number;
  /** First column and row of tiles, then the ones behind the last. */
  rect: [number, number, number, number];
}

/** Projects one Gaussian by the formulas of 3DGS; null for what is not in the picture. */
export function projectGaussian(
  g: GaussiansF64,
  camera: RasterCamera,
  i: number,
  settings: RasterSettings,
): SplatF64 | null {
  const { width, height, tangents, centre = [0, 0], view, projection } = camera;
  const p = [0, 1, 2].map((k) => g.means.data[3 * i + k]!);
  const apply = (m: ArrayLike<number>, c: number) =>
    p[0]! * m[c]! + p[1]! * m[4 + c]! + p[2]! * m[8 + c]! + m[12 + c]!;
  const [tx, ty, tz] = [apply(view, 0), apply(view, 1), apply(view, 2)];
  const { lens } = camera;
  const depth = lens ? lensDepth(lens, [tx, ty, tz]) : tz;
  if (!(depth > 0.2)) return null;
  if (lens && !settings.alpha && !lensShows(lens, [tx, ty, tz])) return null;
  const w = apply(projection, 3) + 1e-7;
  let pixel: [number, number] = lens ? throughLens(lens, [tx, ty, tz]) : [
    ((apply(projection, 0) / w + 1) * width - 1) / 2,
    ((apply(projection, 1) / w + 1) * height - 1) / 2,
  ];
  const bend = (t: number, k: number) =>
    Math.min(
      (1.3 - centre[k]!) * tangents[k]!,
      Math.max((-1.3 - centre[k]!) * tangents[k]!, t / depth),
    ) * depth;
  const focal = [width / (2 * tangents[0]), height / (2 * tangents[1])];
  const jacobian = lens ? lensJacobian(lens, [tx, ty, tz]) : [
    [focal[0]! / depth, 0, -focal[0]! * bend(tx, 0) / depth ** 2],
    [0, focal[1]! / depth, -focal[1]! * bend(ty, 1) / depth ** 2],
  ];
  const rows = jacobian.map((row) =>
    [0, 1, 2].map((k) => [0, 1, 2].reduce((sum, c) => sum + row[c]! * view[4 * k + c]!, 0))
  );
  const sigma = covariance(g, i, settings.scaleModifier ?? 1);
  const cross = (a: number[], b: number[]) =>
    [0, 1, 2].reduce(
      (sum, r) => sum + [0, 1, 2].reduce((s, c) => s + a[r]! * sigma[r]![c]! * b[c]!, 0),
      0,
    );
  let [a0, b, d0] = [
    cross(rows[0]!, rows[0]!),
    cross(rows[0]!, rows[1]!),
    cross(rows[1]!, rows[1]!),
  ];
  if (settings.alpha) {
    if (!lens) throw new Error("the reference's unscented transform goes through lenses only");
    const axes = axesOf(g, i, settings.scaleModifier ?? 1).map((axis) =>
      [0, 1, 2].map((c) => [0, 1, 2].reduce((sum, k) => sum + axis[k]! * view[4 * k + c]!, 0))
    );
    const { alpha } = settings;
    const picture = unscented(lens, [tx, ty, tz], axes, { alpha, width, height });
    if (!picture) return null;
    pixel = picture.mean;
    [a0, b, d0] = picture.covariance;
  }
  const [a, d] = [a0 + 0.3, d0 + 0.3];
  const determinant = a * d - b * b;
  if (!Number.isFinite(determinant) || determinant <= 0) return null;
  const fade = settings.antialiasing
    ? Math.sqrt(Math.max(2.5e-5, (a0 * d0 - b * b) / determinant))
    : 1;
  const middle = (a + d) / 2;
  const radius = Math.ceil(
    3 * Math.sqrt(middle + Math.sqrt(Math.max(0.1, middle ** 2 - determinant))),
  );
  const tile = (value: number, most: number) =>
    Math.min(Math.ceil(most / 16), Math.max(0, Math.trunc(value / 16)));
  const rect: SplatF64["rect"] = [
    tile(pixel[0] - radius, width),
    tile(pixel[1] - radius, height),
    tile(pixel[0] + radius + 15, width),
    tile(pixel[1] + radius + 15, height),
  ];
  if (rect[0] >= rect[2] || rect[1] >= rect[3]) return null;
  return {
    index: i,
    depth,
    pixel,
    conic: [d / determinant, -b / determinant, a / determinant],
    opacity: g.opacities.data[i]! * fade,
    colour: colourOf(g, camera, i),
    radius,
    rect,
  };
}

function covariance(g: GaussiansF64, i: number, modifier: number): number[][] {
  if (g.covariances) {
    const [xx, xy, xz, yy, yz, zz] = g.covariances.data.slice(6 * i, 6 * i + 6);
    return [[xx!, xy!, xz!], [xy!, yy!, yz!], [xz!, yz!, zz!]];
  }
  const axes = axesOf(g, i, modifier);
  return [0, 1, 2].map((a) =>
    [0, 1, 2].map((b) => axes.reduce((sum, axis) => sum + axis[a]! * axis[b]!, 0))
  );
}

/** The axes, as long as the standard deviations along them. */
function axesOf(g: GaussiansF64, i: number, modifier: number): number[][] {
  const [w, x, y, z] = g.rotations!.data.slice(4 * i, 4 * i + 4) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const r = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
  const s = g.scales!.data.slice(3 * i, 3 * i + 3);
  return [0, 1, 2].map((k) => r.map((row) => row[k]! * modifier * s[k]!));
}

function colourOf(g: GaussiansF64, camera: RasterCamera, i: number): number[] {
  if (g.colours) return Array.from(g.colours.data.slice(3 * i, 3 * i + 3));
  const away = [0, 1, 2].map((k) => g.means.data[3 * i + k]! - camera.position[k]!);
  const length = Math.hypot(...away);
  const basis = sphericalHarmonics(away[0]! / length, away[1]! / length, away[2]! / length)
    .slice(0, (g.degree! + 1) ** 2);
  const stride = 3 * g.harmonics!.shape[1]!;
  return [0, 1, 2].map((c) =>
    Math.max(
      0,
      basis.reduce((sum, b, k) => sum + b * g.harmonics!.data[stride * i + 3 * k + c]!, 0.5),
    )
  );
}

/** Picture [3, height, width] and inverse depth [1, height, width], pixel by pixel. */
export function rasterize(
  g: GaussiansF64,
  camera: RasterCamera,
  settings: RasterSettings = {},
): [F64, F64] {
  const { width, height } = camera;
  const { background = [0, 0, 0] } = settings;
  const splats = Array.from(
    { length: g.opacities.data.length },
    (_, i) => projectGaussian(g, camera, i, settings),
  ).filter((splat) => splat !== null)
    .sort((a, b) => Math.fround(a.depth) - Math.fround(b.depth) || a.index - b.index);
  const image = { shape: [3, height, width], data: new Float64Array(3 * height * width) };
  const nearness = { shape: [1, height, width], data: new Float64Array(height * width) };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const { colour, depth, light } = blendPixel(splats, x, y);
      nearness.data[at] = depth;
      for (let c = 0; c < 3; c++) {
        image.data[c * height * width + at] = colour[c]! + light * background[c]!;
      }
    }
  }
  return [image, nearness];
}

function blendPixel(splats: readonly SplatF64[], x: number, y: number) {
  let light = 1;
  let depth = 0;
  const colour = [0, 0, 0];
  const [column, row] = [Math.floor(x / 16), Math.floor(y / 16)];
  for (const { rect, pixel, conic, opacity, ...splat } of splats) {
    if (column < rect[0] || column >= rect[2] || row < rect[1] || row >= rect[3]) continue;
    const [dx, dy] = [pixel[0] - x, pixel[1] - y];
    const power = -0.5 * (conic[0] * dx * dx + conic[2] * dy * dy) - conic[1] * dx * dy;
    const alpha = Math.min(0.99, opacity * Math.exp(power));
    if (power > 0 || alpha < 1 / 255) continue;
    if (light * (1 - alpha) < 1e-4) break;
    for (let c = 0; c < 3; c++) colour[c]! += splat.colour[c]! * alpha * light;
    depth += alpha * light / splat.depth;
    light *= 1 - alpha;
  }
  return { colour, depth, light };
}
