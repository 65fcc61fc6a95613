import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { comparePictures, meanMetrics } from "../../../../model/splat/measures/picture_metrics.ts";
import { gpuTest, noise } from "../../../support.ts";

const [WIDTH, HEIGHT] = [19, 13];
const PIXELS = WIDTH * HEIGHT;

const planes = (seed: number) => ({
  width: WIDTH,
  height: HEIGHT,
  data: Float32Array.from(noise(seed, 3 * PIXELS, 0, 1)),
});

gpuTest("figures over some pixels are those of these pixels alone", async (gpu) => {
  const [picture, target] = [planes(1), planes(2)];
  const counts = Uint8Array.from(noise(3, PIXELS, 0, 1), (value) => value < 0.4 ? 0 : 1);
  const found = await comparePictures(gpu, picture, target, counts);
  const number = counts.reduce((sum, one) => sum + one, 0);
  let [absolute, square, channelPsnr] = [0, 0, 0];
  for (let c = 0; c < 3; c++) {
    let own = 0;
    for (let i = 0; i < PIXELS; i++) {
      const [a, b] = [picture, target].map(({ data }) => data[c * PIXELS + i]!) as [number, number];
      const bytes = [a, b].map((value) => Math.trunc(255 * value + 0.5)) as [number, number];
      absolute += counts[i]! * Math.abs(a - b);
      square += counts[i]! * (bytes[0] - bytes[1]) ** 2;
      own += counts[i]! * (a - b) ** 2;
    }
    channelPsnr += -10 * Math.log10(own / number) / 3;
  }
  assertAlmostEquals(found.l1, absolute / number / 3, 1e-9);
  assertAlmostEquals(found.psnr, -10 * Math.log10(square / number / 3 / 255 ** 2), 1e-9);
  assertAlmostEquals(found.channelPsnr, channelPsnr, 1e-9);
  assert(found.ssim < 0.9, `${found.ssim}`);
  // What does not count may be anything.
  const painted = { ...picture, data: picture.data.map((v, i) => counts[i % PIXELS] ? v : 1 - v) };
  assertEquals(await comparePictures(gpu, painted, target, counts), found);
  // All of it counts: the figures of whole pictures.
  const whole = await comparePictures(gpu, picture, target);
  const all = await comparePictures(gpu, picture, target, new Uint8Array(PIXELS).fill(1));
  for (const name of ["l1", "channelPsnr", "psnr", "ssim"] as const) {
    assertAlmostEquals(all[name], whole[name], 1e-6, name);
  }
  const none = await comparePictures(gpu, picture, target, new Uint8Array(PIXELS));
  assertEquals(meanMetrics([found, none]), found);
});
