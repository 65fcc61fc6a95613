// reference: the comparison, written out below
import { assertEquals } from "@std/assert";
import { deadMarks } from "../../../../../model/splat/strategies/mcmc/dead_marks.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { assertClose, ELEMENTWISE, gpuTest, noise } from "../../../../support.ts";

for (const n of [1, 67, 130]) {
  gpuTest(`the dead of ${n} Gaussians weigh nothing`, async (gpu) => {
    const opacity = Float32Array.from(noise(n, n, -9, 3));
    opacity[0] = -1e30;
    const { dead, weights } = deadMarks(Tensor.from(gpu, opacity), 0.005);
    const opacities = Array.from(opacity, (logit) => 1 / (1 + Math.exp(-logit)));
    assertEquals([...await dead.read("u32")], opacities.map((o) => Number(!(o > 0.005))));
    const expected = opacities.map((o) => o > 0.005 ? o : 0);
    assertClose(await weights.read("f32"), expected, ELEMENTWISE);
  });
}
