import { assert } from "@std/assert";
import type { RasterLens } from "../../../../../gpu/ops/gaussian/rasterize/camera.ts";
import { rasterize } from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { rasterize as reference } from "../../../../reference/gaussian/rasterize.ts";
import { assertClose, checkOp, gpuTest, noiseArray } from "../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "./raster_scene.ts";

const PICTURE = { atol: 3e-5, rtol: 0 };
const PLAIN = {
  radial: [0, 0, 0, 0],
  divisor: [0, 0, 0],
  tangential: [0, 0],
  thin: [0, 0, 0, 0],
  limits: [0, 0, 0, 0],
  most: 3,
} as const;

/** Cameras for a picture of so many pixels, by what they are. */
function lenses(width: number, height: number): Record<string, RasterLens> {
  const centre = [0.48 * width, 0.53 * height] as const;
  return {
    "a fisheye of 240 degrees": {
      ...PLAIN,
      kind: "wide fisheye",
      focal: [0.24 * width, 0.25 * width],
      centre,
      radial: [0.02, -0.004, 0.0005, 0],
      tangential: [0.001, -0.002],
      thin: [0.002, 0, -0.001, 0],
      most: 2.1,
    },
    "an equirectangular picture": {
      ...PLAIN,
      kind: "equirectangular",
      focal: [width / (2 * Math.PI), height / Math.PI],
      centre: [width / 2, height / 2],
    },
    "an orthographic picture": {
      ...PLAIN,
      kind: "orthographic",
      focal: [0.2 * width, 0.22 * width],
      centre,
    },
  };
}

/** By the Jacobian, and by points of each Gaussian. */
const WAYS = [
  { of: "", options: {}, settings: {} },
  { of: ", by points", options: { projection: {} }, settings: { alpha: 1 } },
] as const;

/** Gaussians on all sides of the camera, none nearer than half a unit. */
function around(seed: number, n: number, size: number) {
  const gaussians = randomGaussians(seed, n, { degree: 1, size, opacity: [0.3, 0.8] });
  const directions = noiseArray(seed + 9, [n, 3]).data;
  for (let i = 0; i < n; i++) {
    const d = directions.subarray(3 * i, 3 * i + 3);
    const length = Math.hypot(d[0]!, d[1]!, d[2]!);
    for (let k = 0; k < 3; k++) {
      gaussians.means.data[3 * i + k] = (1 + 0.1 * (i % 9)) * d[k]! / length;
    }
  }
  return gaussians;
}

gpuTest("rasterize: pictures to all sides are those of the reference", async (gpu) => {
  const [width, height] = [52, 41];
  for (const [name, lens] of Object.entries(lenses(width, height))) {
    const gaussians = around(81, 90, 0.15);
    const camera = cameraAt(width, height, { position: [0.05, -0.1, 0.02], turn: 0.3, lens });
    for (const { of, options, settings } of WAYS) {
      const expected = reference(gaussians, camera, { ...settings, antialiasing: true });
      const drawn = rasterize(upload(gpu, gaussians), camera, {
        ...options,
        antialiasing: true,
        capacity: 20000,
      });
      assertClose(await drawn.image.read("f32"), expected[0].data, PICTURE, name + of);
      assertClose(await drawn.inverseDepth.read("f32"), expected[1].data, PICTURE, name + of);
      assert(expected[0].data.some((value) => value > 0.1), `${name} shows nothing`);
    }
  }
});

gpuTest("rasterize: gradients to all sides are those of small steps", async (gpu) => {
  for (const [name, lens] of Object.entries(lenses(16, 12))) {
    const n = 4;
    const g = around(83, n, 0.2);
    // In front, aside, and behind but for orthographic pictures.
    const places = [[0.2, 0.1, 1.1], [1.2, 0.2, 0.5], [-0.9, -0.3, 0.7], [0.6, 0.3, -0.9]];
    places.forEach((place, i) => g.means.data.set(place, 3 * i));
    if (lens.kind === "orthographic") g.means.data[11] = 1.4;
    const camera = cameraAt(16, 12, { lens });
    const colours = {
      shape: [n, 3],
      data: Float64Array.from({ length: 3 * n }, (_, i) => (i % 5) / 5),
    };
    for (const { of, options, settings } of WAYS) {
      await checkOp(gpu, {
        inputs: [g.means, g.opacities, g.scales, g.rotations, colours],
        op: (means, opacities, scales, rotations, colours) => {
          const inputs = { means, opacities, scales, rotations, colours };
          const { image, inverseDepth } = rasterize(inputs, camera, { ...options, capacity: 1000 });
          return [image, inverseDepth];
        },
        reference: (means, opacities, scales, rotations, colours) =>
          reference({ means, opacities, scales, rotations, colours }, camera, settings),
        tolerance: PICTURE,
        gradientTolerance: { atol: 1e-3, rtol: 2e-3 },
      }).catch((cause) => {
        throw new Error(`the gradients of ${name}${of}`, { cause });
      });
    }
  }
});
