import type { Gpu } from "../../../../../gpu/device.ts";
import type { RasterCamera, RasterLens } from "../../../../../gpu/ops/gaussian/rasterize/camera.ts";
import type { RasterInputs } from "../../../../../gpu/ops/gaussian/rasterize/inputs.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import type { GaussiansF64 } from "../../../../reference/gaussian/rasterize.ts";
import { noise, noiseArray } from "../../../../support.ts";

/** A camera at a place, turned about the vertical axis, looking along z. */
export function cameraAt(
  width: number,
  height: number,
  { position = [0, 0, 0], turn = 0, tangents = [0.6, 0.6 * height / width], centre = [0, 0], lens }:
    {
      position?: [number, number, number];
      turn?: number;
      tangents?: [number, number];
      centre?: [number, number];
      lens?: RasterLens;
    } = {},
): RasterCamera {
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const rows = [[c, 0, -s], [0, 1, 0], [s, 0, c]];
  const view = new Float32Array(16);
  rows.forEach((row, axis) => {
    row.forEach((value, k) => view[4 * k + axis] = value);
    view[12 + axis] = -row.reduce((sum, value, k) => sum + value * position[k]!, 0);
  });
  view[15] = 1;
  const [near, far] = [0.01, 100];
  const perspective = [
    [1 / tangents[0], 0, 0, 0],
    [0, 1 / tangents[1], 0, 0],
    [...centre, far / (far - near), 1],
    [0, 0, -far * near / (far - near), 0],
  ];
  const projection = Float32Array.from({ length: 16 }, (_, at) =>
    [0, 1, 2, 3].reduce(
      (sum, k) => sum + view[4 * Math.floor(at / 4) + k]! * perspective[k]![at % 4]!,
      0,
    ));
  return { width, height, tangents, centre, lens, view, projection, position };
}

/** Seeded Gaussians in front of `cameraAt`, some beside the picture and a few behind the camera. */
export function randomGaussians(
  seed: number,
  n: number,
  { degree = 1, coefficients = (degree + 1) ** 2, size = 0.2, opacity = [0.1, 0.9] }: {
    degree?: number;
    coefficients?: number;
    size?: number;
    opacity?: [number, number];
  } = {},
): Required<Omit<GaussiansF64, "covariances" | "colours">> {
  const means = noiseArray(seed, [n, 3], -1.6, 1.6);
  const depths = noise(seed + 1, n, -0.5, 6);
  for (let i = 0; i < n; i++) means.data[3 * i + 2] = depths[i]!;
  return {
    means,
    opacities: noiseArray(seed + 2, [n], ...opacity),
    scales: noiseArray(seed + 3, [n, 3], 0.1 * size, size),
    rotations: noiseArray(seed + 4, [n, 4]),
    harmonics: noiseArray(seed + 5, [n, coefficients, 3], -0.4, 0.6),
    degree,
  };
}

/** The same on the GPU; harmonics apart as the operator wants them. */
export function upload(gpu: Gpu, g: GaussiansF64): RasterInputs {
  const tensor = (array?: { shape: number[]; data: Float64Array }) =>
    array ? Tensor.from(gpu, Float32Array.from(array.data), array.shape) : null;
  const { harmonics, degree = 0 } = g;
  const n = g.opacities.data.length;
  const count = harmonics?.shape[1] ?? 0;
  const part = (first: boolean) =>
    harmonics!.data.filter((_, at) => (at % (3 * count) < 3) === first);
  return {
    means: tensor(g.means)!,
    opacities: tensor(g.opacities)!,
    scales: tensor(g.scales),
    rotations: tensor(g.rotations),
    covariances: tensor(g.covariances),
    colours: tensor(g.colours),
    harmonics: harmonics
      ? {
        dc: tensor({ shape: [n, 3], data: part(true) })!,
        rest: count > 1 ? tensor({ shape: [n, count - 1, 3], data: part(false) }) : null,
        degree,
      }
      : null,
  };
}
