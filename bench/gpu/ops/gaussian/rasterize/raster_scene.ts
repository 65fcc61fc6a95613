import type { Splats } from "../../../../../data/splats/splats.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import type { RasterCamera } from "../../../../../gpu/ops/gaussian/rasterize/camera.ts";
import type { RasterInputs } from "../../../../../gpu/ops/gaussian/rasterize/inputs.ts";
import { variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";

/** Gaussians and pixels of a picture. */
export interface RasterSize {
  gaussians: number;
  width: number;
  height: number;
}

const TANGENT = 0.6;
const NEAR = 0.01;
const FAR = 100;

/** A camera at the origin that looks along z. */
export function cameraOf({ width, height }: RasterSize): RasterCamera {
  const tangents = [TANGENT, TANGENT * height / width] as const;
  const depth = FAR / (FAR - NEAR);
  return {
    width,
    height,
    tangents,
    position: [0, 0, 0],
    view: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    // deno-fmt-ignore
    projection: [
      1 / tangents[0], 0, 0, 0,
      0, 1 / tangents[1], 0, 0,
      0, 0, depth, 1,
      0, 0, -NEAR * depth, 0,
    ],
  };
}

/** Room for pairs that the crowd fills by half; few Gaussians are larger and make more of them each. */
export function capacityOf({ gaussians, width, height }: RasterSize): number {
  return 4 * gaussians + 3 * width * height;
}

/** Sizes of the bench: how it grows with Gaussians at 1080p, and both ways on software adapters. */
export const sizes: readonly RasterSize[] = [1e5, 5e5, 1e6, 4e6]
  .map((gaussians) => ({ gaussians, width: 1920, height: 1080 }));
export const small: readonly RasterSize[] = [
  { gaussians: 1e4, width: 480, height: 270 },
  { gaussians: 4e4, width: 480, height: 270 },
  { gaussians: 4e4, width: 960, height: 540 },
];
export const tiny: RasterSize = { gaussians: 50, width: 40, height: 30 };

/**
 * A crowd in the shape of a trained scene: all of it in view, at depths of 2 to 12, degree 3,
 * log-normal scales around the spacing that as many Gaussians on surfaces have, flat ones among them.
 */
function crowdArrays(size: RasterSize) {
  const { gaussians: n } = size;
  const [across, down] = cameraOf(size).tangents;
  const random = generator(7);
  const fill = (length: number, value: (i: number) => number) => {
    const data = new Float32Array(length);
    for (let i = 0; i < length; i++) data[i] = value(i);
    return data;
  };
  const depths = fill(n, () => 2 + 10 * random());
  const spacing = 6 / Math.sqrt(n);
  const bell = () => Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
  return {
    means: fill(3 * n, (i) => {
      const depth = depths[Math.floor(i / 3)]!;
      return i % 3 === 2 ? depth : depth * (2 * random() - 1) * (i % 3 ? down : across);
    }),
    opacities: fill(n, () => random()),
    scales: fill(3 * n, (i) => spacing * (i % 3 ? 0.5 : 0.1) * Math.exp(0.7 * bell())),
    rotations: unitRows(fill(4 * n, () => bell())),
    base: fill(3 * n, bell),
    rest: fill(45 * n, () => 0.1 * (random() - 0.5)),
  };
}

/** The crowd as inputs that collect gradients. */
export function crowd(gpu: Gpu, size: RasterSize): RasterInputs {
  const { gaussians: n } = size;
  const { means, opacities, scales, rotations, base, rest } = crowdArrays(size);
  const leaf = (data: Float32Array, ...axes: number[]) =>
    variable(Tensor.from(gpu, data, [n, ...axes]));
  return {
    means: leaf(means, 3),
    opacities: leaf(opacities),
    scales: leaf(scales, 3),
    rotations: leaf(rotations, 4),
    harmonics: { dc: leaf(base, 3), rest: leaf(rest, 15, 3), degree: 3 },
  };
}

/** The crowd as in a 3DGS file. */
export function crowdSplats(size: RasterSize): Splats {
  const { means, opacities, scales, rotations, base, rest } = crowdArrays(size);
  return {
    count: size.gaussians,
    degree: 3,
    positions: means,
    logScales: scales.map(Math.log),
    quaternions: rotations,
    opacities: opacities.map((o) => Math.log((o + 1e-4) / (1 - o + 1e-4))),
    shDc: base,
    shRest: rest,
  };
}

/** Quaternions of length 1: others would stretch what is not normalised by their length squared. */
function unitRows(quaternions: Float32Array): Float32Array {
  for (let at = 0; at < quaternions.length; at += 4) {
    const length = Math.hypot(...quaternions.subarray(at, at + 4)) || 1;
    for (let k = at; k < at + 4; k++) quaternions[k]! /= length;
  }
  return quaternions;
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** All inputs that take gradients. */
export function leavesOf({ means, opacities, scales, rotations, harmonics }: RasterInputs) {
  return [means, opacities, scales!, rotations!, harmonics!.dc, harmonics!.rest!];
}
