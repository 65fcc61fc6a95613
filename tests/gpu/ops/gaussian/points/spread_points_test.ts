import { assert, assertEquals } from "@std/assert";
import { spreadPoints } from "../../../../../gpu/ops/gaussian/points/spread_points.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { assertClose, gpuTest, noise } from "../../../../support.ts";

// reference: the host picks the rows by index and measures the spread of the copies.
const RANGE = [-2, -2, -2, 2, 2, 2];
const POINTS = Float32Array.from(noise(8, 300, -2, 2));

async function spread(gpu: Gpu, kept: number[], wanted: number) {
  const words = new Uint32Array(100);
  words.set(kept);
  const result = spreadPoints(
    Tensor.from(gpu, POINTS, [100, 3]),
    { kept: Tensor.from(gpu, words), count: Tensor.from(gpu, Uint32Array.of(kept.length)) },
    { wanted, range: RANGE, deviation: 0.05 },
  );
  const [count] = await result.count.read("u32");
  return { count: count!, points: (await result.points.read("f32")).subarray(0, 3 * count!) };
}

gpuTest("spreadPoints keeps enough points as they are", async (gpu) => {
  const kept = [3, 4, 50, 99];
  const { count, points } = await spread(gpu, kept, 4);
  assertEquals(count, 4);
  assertEquals([...points], kept.flatMap((row) => [...POINTS.subarray(3 * row, 3 * row + 3)]));
});

gpuTest("spreadPoints adds whole noisy copies to too few points", async (gpu) => {
  const kept = Array.from({ length: 60 }, (_, i) => i);
  const { count, points } = await spread(gpu, kept, 1000);
  assertEquals(count, 60 * 17);
  assertClose(points.subarray(0, 180), POINTS.subarray(0, 180), { atol: 0, rtol: 0 });
  let sum = 0;
  let squares = 0;
  let values = 0;
  points.subarray(180).forEach((value, i) => {
    assert(Math.abs(value) <= 2, `${value} is outside`);
    const source = POINTS[i % 180]!;
    if (Math.abs(source) > 1.75) return; // its copies may have been clamped
    sum += value - source;
    squares += (value - source) ** 2;
    values++;
  });
  // Five standard errors of a mean, and of a variance.
  assert(Math.abs(sum / values) < 5 * 0.05 / Math.sqrt(values), `mean ${sum / values}`);
  const ratio = squares / values / 0.05 ** 2;
  assert(Math.abs(ratio - 1) < 5 * Math.sqrt(2 / values), `variance ratio ${ratio}`);
});

gpuTest("spreadPoints has points even where nothing was seen", async (gpu) => {
  const { count, points } = await spread(gpu, [], 40);
  assertEquals(count, 40);
  assert(points.every((value) => Math.abs(value) <= 2));
  assert(new Set(points).size > 100, "they are spread");
});
