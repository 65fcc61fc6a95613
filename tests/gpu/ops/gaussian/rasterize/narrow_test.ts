import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../../../../gpu/device.ts";
import {
  countPairs,
  drawPairs,
  drawSplats,
  rasterizeBackward,
  type RasterOptions,
} from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { gpuTest, noiseArray, withGpu } from "../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "./raster_scene.ts";

// reference: the kernels that bind more buffers, which other tests compare with doubles.
const [WIDTH, HEIGHT] = [75, 50];
const CAMERA = cameraAt(WIDTH, HEIGHT);

const COVARIANCES = noiseArray(18, [400, 6], -0.02, 0.02);
for (let i = 0; i < 400; i++) for (const k of [0, 3, 5]) COVARIANCES.data[6 * i + k]! += 0.06;

interface Case extends RasterOptions {
  readonly given?: boolean;
  readonly depths?: boolean;
}

async function draw(gpu: Gpu, { given = false, depths = true, ...options }: Case) {
  const gaussians = randomGaussians(17, 400, { degree: 1, size: 0.2 });
  const { scales: _, rotations: __, ...rest } = gaussians;
  const inputs = upload(gpu, given ? { ...rest, covariances: COVARIANCES } : gaussians);
  const splats = drawSplats(inputs, CAMERA, options);
  const state = drawPairs(splats, CAMERA, { ...options, capacity: await countPairs(splats) });
  const upstream = (seed: number, planes: number) => {
    const { data, shape } = noiseArray(seed, [planes, HEIGHT, WIDTH]);
    return Tensor.from(gpu, Float32Array.from(data), shape);
  };
  const gradients = rasterizeBackward(inputs, CAMERA, state, {
    ...options,
    dimage: upstream(1, 3),
    dinverseDepth: depths ? upstream(2, 1) : null,
    covariances: !given,
  });
  const { touched, image, inverseDepth, remaining, depthOfList } = state;
  const arrays: Record<string, unknown> = {};
  for (const [name, tensor] of Object.entries({ image, inverseDepth, remaining, ...gradients })) {
    // Sums of Gaussians that touch no tile are whatever was there.
    if (tensor && name !== "sums") arrays[name] = await tensor.read("f32");
  }
  arrays.depthOfList = await depthOfList.read("u32");
  assert((await touched.read("u32")).some((count) => count > 1));
  return arrays;
}

const CASES: Record<string, Case> = {
  "scales and rotations": {},
  "given covariances": { given: true, gradients: "reference" },
  "antialiasing, no depths": { antialiasing: true, depths: false },
};
for (const [name, options] of Object.entries(CASES)) {
  gpuTest(`kernels that bind eight buffers give the same bits: ${name}`, async (gpu) => {
    const wide = await draw(gpu, options);
    await withGpu(async (gpu) => assertEquals(await draw(gpu, options), wide), {
      tuning: { mostBuffers: 8 },
    });
  });
}
