import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../../../../gpu/device.ts";
import { pairWindow } from "../../../../../gpu/ops/gaussian/rasterize/blend/blend_backward.ts";
import {
  countPairs,
  drawPairs,
  drawSplats,
  rasterizeBackward,
} from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { gpuTest, noiseArray, withGpu } from "../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "./raster_scene.ts";

// 70 tiles, and Gaussians from a part of one to all of them.
const [WIDTH, HEIGHT] = [160, 112];
const CAMERA = cameraAt(WIDTH, HEIGHT);
// So faint that the last of hundreds of layers has a gradient too.
const GAUSSIANS = randomGaussians(31, 1500, { size: 0.8, degree: 0, opacity: [0.005, 0.03] });

interface Drawn {
  readonly pairs: number;
  readonly arrays: Record<string, Float32Array>;
}

/** Draws and walks back; the room is for all pairs, or so many. */
async function draw(gpu: Gpu, room?: number): Promise<Drawn> {
  const inputs = upload(gpu, GAUSSIANS);
  const splats = drawSplats(inputs, CAMERA, {});
  const pairs = await countPairs(splats);
  const state = drawPairs(splats, CAMERA, { capacity: room ?? pairs });
  const upstream = (seed: number, planes: number) =>
    Tensor.from(gpu, Float32Array.from(noiseArray(seed, [planes, HEIGHT, WIDTH]).data), [
      planes,
      HEIGHT,
      WIDTH,
    ]);
  const gradients = rasterizeBackward(inputs, CAMERA, state, {
    dimage: upstream(1, 3),
    dinverseDepth: upstream(2, 1),
  });
  const arrays: Record<string, Float32Array> = { image: await state.image.read("f32") };
  for (const [name, tensor] of Object.entries(gradients)) {
    if (tensor && name !== "sums") arrays[name] = await tensor.read("f32");
  }
  return { pairs, arrays };
}

gpuTest("gradients have the same bits in one window of pairs and in several", async (gpu) => {
  const whole = await draw(gpu);
  // The picture fits, and 13 600 pairs, or what is known of its pixels in one, and 9100 pairs.
  const narrow = [9_100, { mostBound: 48 * 9_100, mostBuffers: 8 }] as const;
  const wide = [13_600, { mostBound: 16 * 13_600 }] as const;
  for (const [most, tuning] of gpu.tuning.mostBuffers < 13 ? [narrow] : [wide, narrow]) {
    await withGpu(async (gpu) => {
      assert(whole.pairs > 2 * most, `${whole.pairs} pairs`);
      const parts = await draw(gpu);
      assertEquals(parts.arrays, whole.arrays);
      const none = await draw(gpu, whole.pairs - 1);
      for (const [name, values] of Object.entries(none.arrays)) {
        const wrong = values.find((value) => name === "image" ? !Number.isNaN(value) : value !== 0);
        assertEquals(wrong, undefined, name);
      }
    }, { tuning });
  }
});

gpuTest("a window of pairs has room for a Gaussian in every tile", (gpu) => {
  assertEquals(pairWindow(gpu, 100, 130), { room: 100, begins: 100 });
  const most = Math.floor(gpu.tuning.mostBound / 16);
  assertEquals(pairWindow(gpu, 3 * most, 130), { room: most, begins: most - 130 });
  assertEquals(pairWindow(gpu, 3 * most, 2 * most), { room: 2 * most + 1, begins: 1 });
});
