import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { drawPhotometric } from "../../../data/occupancy/photometric.ts";
import { distortPixel } from "../../reference/camera/distort_pixel.ts";
import { PhiloxStream } from "../../../data/philox.ts";

const NEUTRAL = [0, 1, 1, 1, 0, 0, 1, 2];
const near = (actual: number[], expected: number[]) =>
  actual.forEach((value, i) => assertAlmostEquals(value, expected[i]!, 1e-3));

Deno.test("the neutral record leaves pixels as they are", () => {
  for (
    const rgb of [[10, 200, 30], [0, 0, 0], [255, 255, 255], [90, 14, 230], [7, 7, 9]] as const
  ) {
    near(distortPixel(rgb, NEUTRAL), [...rgb]);
  }
});

Deno.test("each number does its own step, without clipping", () => {
  near(distortPixel([10, 200, 30], [32, 1, 1, 1, 0, 0, 1, 2]), [42, 232, 62]);
  near(distortPixel([10, 20, 3], [-15, 1, 1, 1, 0, 0, 1, 2]), [-5, 5, -12]);
  near(distortPixel([200, 220, 250], [30, 1.5, 1, 1, 0, 0, 1, 2]), [345, 375, 420]);
  near(distortPixel([200, 220, 250], [30, 1, 1.5, 1, 0, 0, 1, 2]), [345, 375, 420]);
  // Saturation: the distance of each channel to the largest one scales.
  near(distortPixel([100, 60, 20], [0, 1, 1, 0.5, 0, 0, 1, 2]), [100, 80, 60]);
  // A hue turned by 120 degrees moves red to green (18 is only the range that is drawn).
  near(distortPixel([200, 50, 50], [0, 1, 1, 1, 120, 0, 1, 2]), [50, 200, 50]);
  near(distortPixel([200, 50, 50], [0, 1, 1, 1, -120, 0, 1, 2]), [50, 50, 200]);
  near(distortPixel([200, 60, 50], [0, 1, 1, 1, 0, 2, 0, 1]), [50, 200, 60]);
});

Deno.test("draws keep to their ranges and are neutral half of the time", () => {
  const records = Array.from({ length: 2000 }, (_, i) => drawPhotometric(new PhiloxStream(9, i)));
  const ranges = [[-32, 32], [0.5, 1.5], [0.5, 1.5], [0.5, 1.5], [-18, 18]] as const;
  // Contrast happens in half of the samples and then before or after with equal chance.
  const neutral = [0.5, 0.75, 0.75, 0.5, 0.5];
  ranges.forEach(([low, high], k) => {
    assert(records.every((record) => record[k]! >= low && record[k]! <= high));
    const share = records.filter((record) => record[k] === NEUTRAL[k]).length / records.length;
    assertAlmostEquals(share, neutral[k]!, 0.05); // four standard errors
  });
  assert(records.every((record) => record[1] === 1 || record[2] === 1));
  for (const record of records) assertEquals(record.slice(5).sort(), [0, 1, 2]);
});
