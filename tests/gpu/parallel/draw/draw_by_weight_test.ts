import { assert, assertEquals, assertThrows } from "@std/assert";
import { drawByWeight } from "../../../../gpu/parallel/draw/draw_by_weight.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { drawByWeight as reference } from "../../../reference/parallel/draw_by_weight.ts";
import { gpuTest, noise } from "../../../support.ts";

for (const n of [1, 2, 63, 64, 65, 4096, 4097, 10_007]) {
  gpuTest(`indices are drawn by ${n} weights as the reference draws them`, async (gpu) => {
    // Whole numbers, so that sums are exact whatever their order; some weigh nothing.
    const weights = Float32Array.from(
      noise(n, n, -3, 9),
      (value) => Math.max(0, Math.floor(value)),
    );
    weights[n - 1] = 5;
    const count = 131;
    const levels: Float32Array[] = [];
    const drawn = drawByWeight(Tensor.from(gpu, weights), count, (gpu) => {
      levels.push(Float32Array.from(noise(levels.length + 1, count, 0, 1)));
      return Tensor.from(gpu, levels.at(-1)!);
    });
    assertEquals(levels.length, Math.max(1, Math.ceil(Math.log(n) / Math.log(64) - 1e-9)));
    const expected = Array.from(
      { length: count },
      (_, i) => reference(weights, levels.map((level) => level[i]!)),
    );
    assertEquals([...await drawn.read("u32")], expected);
  });
}

gpuTest("each index is drawn as often as it weighs, by the device's own numbers", async (gpu) => {
  gpu.random.seed = 3;
  const n = 300;
  const count = 60_000;
  // A run of 64 light ones beside heavy ones, and some of no weight at all.
  const weights = Float32Array.from({ length: n }, (_, i) => i < 64 ? 0.01 : i % 7 ? 1 : 0);
  const total = weights.reduce((a, b) => a + b, 0);
  const times = new Float64Array(n);
  for (const index of await drawByWeight(Tensor.from(gpu, weights), count).read("u32")) {
    times[index]!++;
  }
  for (const [i, weight] of weights.entries()) {
    const expected = count * weight / total;
    // Five standard deviations of a binomial.
    assert(Math.abs(times[i]! - expected) <= 5 * Math.sqrt(expected), `${i}: ${times[i]}`);
  }
  const light = times.subarray(0, 64).reduce((a, b) => a + b, 0);
  const expected = count * 0.64 / total;
  assert(Math.abs(light - expected) < 5 * Math.sqrt(expected), `${light}, expected ${expected}`);
  const before = gpu.random.counter;
  drawByWeight(Tensor.from(gpu, weights), 100);
  assertEquals(gpu.random.counter - before, 2 * 25);
});

gpuTest("the last number below one draws what weighs, none draws none", async (gpu) => {
  const weights = Tensor.from(gpu, Float32Array.of(0, 0.1, 0.7, 1e-9, 0));
  const just = (gpu: typeof weights.gpu, [count]: readonly [number]) =>
    Tensor.from(gpu, new Float32Array(count).fill(1 - 2 ** -24));
  const drawn = await drawByWeight(weights, 3, just).read("u32");
  assert(drawn.every((index) => index >= 1 && index <= 3), drawn.join());
  assertEquals(drawByWeight(weights, 0).shape, [0]);
  assertThrows(() => drawByWeight(Tensor.zeros(gpu, [0]), 1), RangeError, "of one or more");
  assertThrows(() => drawByWeight(Tensor.zeros(gpu, [2], "u32"), 1), RangeError, "got u32 [2]");
});
