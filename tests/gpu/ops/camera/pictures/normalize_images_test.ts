import { assertEquals, assertThrows } from "@std/assert";
import { drawPhotometric } from "../../../../../data/occupancy/photometric.ts";
import { distortPixel } from "../../../../reference/camera/distort_pixel.ts";
import { PhiloxStream } from "../../../../../data/philox.ts";
import { normalizeImages } from "../../../../../gpu/ops/camera/pictures/normalize_images.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { IMAGENET } from "../../../../../model/backbone/imagenet.ts";
import { normalizeImages as reference } from "../../../../reference/camera/normalize_images.ts";
import { assertClose, ELEMENTWISE, gpuTest, noise } from "../../../../support.ts";

for (const shape of [[1, 1, 1, 3], [2, 3, 5, 3], [3, 17, 11, 3]]) {
  gpuTest(`normalizeImages [${shape}]`, async (gpu) => {
    const size = shape.reduce((a, b) => a * b);
    const bytes = Uint8Array.from(noise(5, size, 0, 256), Math.floor);
    const y = normalizeImages(Tensor.from(gpu, bytes, shape), IMAGENET);
    const { mean, deviation } = IMAGENET;
    const expected = reference({ shape, data: Float64Array.from(bytes) }, mean, deviation);
    assertEquals(y.shape, expected.shape);
    assertClose(await y.read("f32"), expected.data, ELEMENTWISE);
  });
}

gpuTest("normalizeImages gives blue first where it is asked for", async (gpu) => {
  const shape = [2, 5, 7, 3];
  const bytes = Uint8Array.from(noise(9, 210, 0, 256), Math.floor);
  const x = { shape, data: Float64Array.from(bytes) };
  const caffe = { mean: [103.53, 116.28, 123.675], deviation: [1, 2, 1] };
  const y = normalizeImages(Tensor.from(gpu, bytes, shape), { ...caffe, bgr: true });
  const expected = reference(x, caffe.mean, caffe.deviation, true);
  // Bytes near the mean lose their leading digits, which a deviation of 1 does not scale down.
  assertClose(await y.read("f32"), expected.data, { atol: 1e-5, rtol: 1e-6 });
  await checkDistorted(
    gpu,
    bytes,
    shape,
    [[0, 1, 1, 1, 0, 2, 0, 1], [5, 1, 1, 1, 9, 0, 1, 2]],
    true,
  );
});

gpuTest("normalizeImages wants three channels last", (gpu) => {
  assertThrows(
    () => normalizeImages(Tensor.zeros(gpu, [1, 3, 4, 4], "u8"), IMAGENET),
    RangeError,
    '"x" must be [images=1, height=3, width=4, 3]',
  );
});

/** Distorted as the data floor states it pixel by pixel, then normalised. */
async function checkDistorted(
  gpu: Gpu,
  pixels: Uint8Array,
  shape: number[],
  records: number[][],
  bgr = false,
) {
  const size = shape[1]! * shape[2]!;
  const distorted = new Float64Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    const record = Float32Array.from(records[Math.floor(i / 3 / size)]!);
    distorted.set(distortPixel([pixels[i]!, pixels[i + 1]!, pixels[i + 2]!], record), i);
  }
  const { mean, deviation } = IMAGENET;
  const expected = reference({ shape, data: distorted }, mean, deviation, bgr);
  const distortion = Tensor.from(gpu, records.flat(), [shape[0]!, 8]);
  const y = normalizeImages(Tensor.from(gpu, pixels, shape), { ...IMAGENET, distortion, bgr });
  // A hue of up to 360 degrees has 3e-5 of rounding, 5e-7 of a sixth, of up to 1000 in brightness.
  assertClose(await y.read("f32"), expected.data, { atol: 3e-5, rtol: 1e-6 });
}

gpuTest("normalizeImages distorts as drawn, each image by its own record", async (gpu) => {
  const shape = [24, 9, 13, 3];
  const pixels = Uint8Array.from(noise(6, 24 * 9 * 13 * 3, 0, 256), Math.floor);
  const records = Array.from({ length: 24 }, (_, i) => drawPhotometric(new PhiloxStream(4, i)));
  await checkDistorted(gpu, pixels, shape, records);
});

gpuTest("normalizeImages distorts gray, black, primary colours and ties", async (gpu) => {
  const levels = [0, 1, 32, 128, 255];
  const colours = levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b])));
  const records = [
    [0, 1, 1, 1, 0, 0, 1, 2],
    [-32, 1.5, 1, 1.5, 18, 2, 0, 1],
    [32, 1, 1.5, 0.5, -18, 1, 0, 2],
    [-1, 1, 1, 1, 0, 0, 1, 2], // makes 1 the largest channel 0
    [0, 1, 1, 0, 180, 0, 1, 2], // no saturation left
    [0, 1, 1, 1, 359.5, 0, 1, 2],
    [-31.75, 0.5, 1, 1.25, -0.5, 0, 2, 1],
  ];
  const pixels = Uint8Array.from(records.flatMap(() => colours));
  await checkDistorted(gpu, pixels, [records.length, 5, 25, 3], records);
});

gpuTest("normalizeImages wants one record of eight numbers an image", (gpu) => {
  const x = Tensor.zeros(gpu, [2, 4, 4, 3], "u8");
  assertThrows(
    () => normalizeImages(x, { ...IMAGENET, distortion: Tensor.zeros(gpu, [3, 8]) }),
    RangeError,
    '"distortion" must be [images=2, 8]',
  );
});
