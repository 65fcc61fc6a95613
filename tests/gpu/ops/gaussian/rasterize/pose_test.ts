import { assertEquals } from "@std/assert";
import {
  rasterize,
  rasterizeMeasured,
  type RasterOptions,
} from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import type { RasterCamera } from "../../../../../gpu/ops/gaussian/rasterize/camera.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  type GaussiansF64,
  rasterize as reference,
} from "../../../../reference/gaussian/rasterize.ts";
import { assertClose, checkOp, type F64, gpuTest } from "../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "./raster_scene.ts";

const PICTURE = { atol: 2e-5, rtol: 0 };
const GRADIENT = { atol: 2e-3, rtol: 2e-3 };

/** The pose of a camera, for columns. */
function poseOf({ view }: RasterCamera): F64 {
  return {
    shape: [4, 4],
    data: Float64Array.from({ length: 16 }, (_, i) => view[4 * (i % 4) + Math.floor(i / 4)]!),
  };
}

/** A camera of the reference at any pose, rigid or not: the same formulas in doubles. */
function posed(camera: RasterCamera, { data }: F64): RasterCamera {
  const { tangents, centre = [0, 0] } = camera;
  const view = Array.from({ length: 16 }, (_, i) => data[4 * (i % 4) + Math.floor(i / 4)]!);
  const projection = [0, 1, 2, 3].flatMap((row) => {
    const [x, y, z, w] = view.slice(4 * row, 4 * row + 4) as [number, number, number, number];
    const depth = (z * 100 - w) / (100 - 0.01);
    return [x / tangents[0] + centre[0] * z, y / tangents[1] + centre[1] * z, depth, z];
  });
  const position = [0, 1, 2].map((k) =>
    -[0, 1, 2].reduce((sum, axis) => sum + view[4 * k + axis]! * view[12 + axis]!, 0)
  );
  return { ...camera, view, projection, position };
}

const [WIDTH, HEIGHT] = [29, 23];
const CAMERA = cameraAt(WIDTH, HEIGHT, {
  position: [0.2, -0.1, -1],
  turn: 0.15,
  centre: [0.1, -0.05],
});
const LENS = {
  kind: "fisheye",
  focal: [24, 25],
  centre: [14, 12],
  radial: [0.02, -0.01, 0.003, 0],
  divisor: [0, 0, 0],
  tangential: [0, 0],
  thin: [0, 0, 0, 0],
  limits: [-1e6, 1e6, -1e6, 1e6],
  most: 1e12,
} as const;

/** Few, large and faint enough that no threshold lies within a step of the differences. */
function scene(seed: number, degree: number): GaussiansF64 {
  const gaussians = randomGaussians(seed, 9, { degree, size: 0.5, opacity: [0.2, 0.6] });
  gaussians.means.data.forEach((_, i) => {
    if (i % 3 === 2) gaussians.means.data[i] = 1.5 + 0.3 * (i / 3);
    else gaussians.means.data[i]! *= 0.4;
  });
  return gaussians;
}

const CASES: [string, Partial<RasterCamera>, RasterOptions, number][] = [
  ["colours", {}, {}, 0],
  ["harmonics, antialiasing, half the scales", {}, { antialiasing: true, scaleModifier: 0.5 }, 2],
  ["a fisheye", { lens: LENS }, {}, 1],
];

for (const [name, more, options, degree] of CASES) {
  gpuTest(`rasterize at a pose on the GPU, gradients by it: ${name}`, async (gpu) => {
    const gaussians = scene(75, degree);
    const camera = { ...CAMERA, ...more };
    await checkOp(gpu, {
      inputs: [poseOf(camera)],
      op: (pose: Tensor) => {
        const drawn = rasterize(upload(gpu, gaussians), { ...camera, pose }, {
          ...options,
          gradients: "exact",
          capacity: 5000,
        });
        return [drawn.image, drawn.inverseDepth];
      },
      reference: (pose: F64) => reference(gaussians, posed(camera, pose), options).slice(0, 2),
      tolerance: PICTURE,
      gradientTolerance: GRADIENT,
    });
  });
}

gpuTest("a pose stands in for the numbers of the camera", async (gpu) => {
  const elsewhere = cameraAt(WIDTH, HEIGHT, { position: [5, 5, 5], centre: [0.1, -0.05] });
  const gaussians = upload(gpu, scene(72, 1));
  const { shape, data } = poseOf(CAMERA);
  const pose = Tensor.from(gpu, Float32Array.from(data), shape);
  const expected = await rasterizeMeasured(gaussians, CAMERA);
  const drawn = await rasterizeMeasured(gaussians, { ...elsewhere, pose });
  assertClose(await drawn.image.read("f32"), await expected.image.read("f32"), PICTURE);
  assertEquals(await drawn.radii.read("i32"), await expected.radii.read("i32"));
});
