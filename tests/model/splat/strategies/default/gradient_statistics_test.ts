// reference: the sums, written out below
import { addGradientStatistics } from "../../../../../model/splat/strategies/default/gradient_statistics.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { assertClose, ELEMENTWISE, gpuTest, noise } from "../../../../support.ts";

for (const broken of [0, 1]) {
  gpuTest(
    `gradient statistics of ${broken ? "a picture without room" : "a picture"}`,
    async (gpu) => {
      const n = 67;
      const before = noise(1, 2 * n);
      const screen = noise(2, 2 * n);
      const radii = Int32Array.from(noise(3, n, -1, 3), Math.floor);
      const sums = Tensor.from(gpu, Float32Array.from(before), [n, 2]);
      addGradientStatistics(sums, {
        screen: Tensor.from(gpu, Float32Array.from(screen), [n, 2]),
        radii: Tensor.from(gpu, radii, [n]),
        broken: Tensor.from(gpu, Uint32Array.of(broken)),
      });
      const expected = before.map((value, i) => {
        const g = i >> 1;
        if (broken || radii[g]! <= 0) return value;
        return value + (i % 2 ? 1 : Math.hypot(screen[2 * g]!, screen[2 * g + 1]!));
      });
      assertClose(await sums.read("f32"), expected, ELEMENTWISE);
    },
  );
}
