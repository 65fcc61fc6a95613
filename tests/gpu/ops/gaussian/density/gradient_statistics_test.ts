// reference: the sums in plain numbers, in the test itself.
import { assertEquals } from "@std/assert";
import { addGradientStatistics } from "../../../../../gpu/ops/gaussian/density/gradient_statistics.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { assertClose, gpuTest, noiseArray } from "../../../../support.ts";

gpuTest("addGradientStatistics adds lengths where a radius is above 0", async (gpu) => {
  const count = 131;
  const sums = Tensor.zeros(gpu, [count, 2]);
  const expected = new Float64Array(2 * count);
  for (const seed of [1, 2]) {
    const screen = noiseArray(seed, [count, 2], -1e-4, 1e-4);
    const radii = Int32Array.from({ length: count }, (_, i) => (i * seed) % 3);
    radii.forEach((radius, i) => {
      if (!radius) return;
      expected[2 * i]! += Math.hypot(screen.data[2 * i]!, screen.data[2 * i + 1]!);
      expected[2 * i + 1]!++;
    });
    addGradientStatistics(sums, {
      screen: Tensor.from(gpu, Float32Array.from(screen.data), [count, 2]),
      radii: Tensor.from(gpu, radii),
      broken: Tensor.zeros(gpu, [1], "u32"),
    });
  }
  assertClose(await sums.read("f32"), expected, { atol: 1e-10, rtol: 1e-6 });
});

gpuTest("addGradientStatistics leaves out a picture without room", async (gpu) => {
  const sums = Tensor.zeros(gpu, [2, 2]);
  addGradientStatistics(sums, {
    screen: Tensor.from(gpu, [1, 1, 1, 1], [2, 2]),
    radii: Tensor.from(gpu, Int32Array.of(5, 5)),
    broken: Tensor.from(gpu, Uint32Array.of(1)),
  });
  assertEquals(Array.from(await sums.read("f32")), [0, 0, 0, 0]);
});
