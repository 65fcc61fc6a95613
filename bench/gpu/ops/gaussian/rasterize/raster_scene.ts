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

/**
 * A crowd in the shape of a trained scene: all of it in view, at depths of 2 to 12, degree 3,
 * log-normal scales around the spacing that as many Gaussians on surfaces have, flat ones among them.
 */
export function crowd(gpu: Gpu, size: RasterSize): RasterInputs {
  const { gaussians: n } = size;
  const [across, down] = cameraOf(size).tangents;
  const random = generator(7);
  const leaf = (shape: number[], value: (i: number) => number) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const data = new Float32Array(length);
    for (let i = 0; i < length; i++) data[i] = value(i);
    return variable(Tensor.from(gpu, data, shape));
  };
  const depths = Float32Array.from({ length: n }, () => 2 + 10 * random());
  const spacing = 6 / Math.sqrt(n);
  const bell = () => Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
  return {
    means: leaf([n, 3], (i) => {
      const depth = depths[Math.floor(i / 3)]!;
      return i % 3 === 2 ? depth : depth * (2 * random() - 1) * (i % 3 ? down : across);
    }),
    opacities: leaf([n], () => random()),
    scales: leaf([n, 3], (i) => spacing * (i % 3 ? 0.5 : 0.1) * Math.exp(0.7 * bell())),
    rotations: leaf([n, 4], () => bell()),
    harmonics: {
      base: leaf([n, 3], bell),
      rest: leaf([n, 15, 3], () => 0.1 * (random() - 0.5)),
      degree: 3,
    },
  };
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
  return [means, opacities, scales!, rotations!, harmonics!.base, harmonics!.rest!];
}
