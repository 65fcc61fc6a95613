import { assert, assertEquals } from "@std/assert";
import { normal, uniform } from "../../../../../gpu/ops/array/elementwise/random.ts";
import { words } from "../../../../reference/array/philox.ts";
import { assertClose, gpuTest } from "../../../../support.ts";

gpuTest("uniform numbers are the stream's words", async (gpu) => {
  Object.assign(gpu.random, { seed: 42, counter: 9 });
  const y = await uniform(gpu, [5, 7], { low: -2, high: 3 }).read("f32");
  assertEquals(gpu.random.counter, 18);
  assertClose(y, words(42, 9, 35).map((word) => -2 + 5 * (word >>> 8) / 2 ** 24), { atol: 1e-6 });
});

gpuTest("normal numbers are Box and Muller's of the stream's words", async (gpu) => {
  Object.assign(gpu.random, { seed: 42, counter: 0 });
  const drawn = words(42, 0, 4 * 33).map((word) => (word >>> 8) / 2 ** 24);
  const expected = drawn.map((_, i) => {
    const [radius, angle] = [drawn[i & ~1]!, drawn[i | 1]!];
    const turn = 2 * Math.PI * angle;
    return Math.sqrt(-2 * Math.log(1 - radius)) * (i % 2 ? Math.sin(turn) : Math.cos(turn));
  });
  const y = await normal(gpu, [131]).read("f32");
  // WGSL grants the logarithm 3 units in the last place.
  assertClose(y, expected.slice(0, 131), { atol: 2e-6, rtol: 2e-6 });
});

gpuTest("normal numbers have the moments asked for", async (gpu) => {
  Object.assign(gpu.random, { seed: 7, counter: 0 });
  const y = await normal(gpu, [40000], { mean: 1.5, deviation: 2 }).read("f32");
  const moment = (k: number) => y.reduce((sum, v) => sum + ((v - 1.5) / 2) ** k, 0) / y.length;
  // Five standard deviations of each moment's estimate.
  assert(Math.abs(moment(1)) < 0.025, `mean ${moment(1)}`);
  assert(Math.abs(moment(2) - 1) < 0.036, `variance ${moment(2)}`);
  assert(Math.abs(moment(3)) < 0.1, `skewness ${moment(3)}`);
  assert(Math.abs(moment(4) - 3) < 0.25, `fourth moment ${moment(4)}`);
});
