import { assertEquals, assertThrows } from "@std/assert";
import { shareOpacity } from "../../../../../model/splat/strategies/mcmc/share_opacity.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { shareOpacity as reference } from "../../../../reference/gaussian/share_opacity.ts";
import { assertClose, gpuTest } from "../../../../support.ts";

/** From the specification: opacity, Gaussians in all, opacity of each, factor of scales. */
const TABLE = [
  [0.8, 2, 0.552786405, 0.899381469],
  [0.8, 3, 0.415196452, 0.868410997],
  [0.5, 5, 0.129449437, 0.924907926],
  [0.9, 10, 0.205671765, 0.775038616],
] as const;

Deno.test("the reference is the specification's table", () => {
  for (const [opacity, n, each, scale] of TABLE) {
    const made = reference(opacity, n);
    assertClose([made.opacity, made.scale], [each, scale], { atol: 1e-9, rtol: 0 });
  }
  assertEquals(reference(0.9, 51), reference(0.9, 1000));
});

gpuTest("Gaussians share their opacity with their copies, whatever it is", async (gpu) => {
  const logits = [-5.2, -4, -2, -0.3, 0, 0.7, 2, 4, 7, 12, 30];
  const counts = [0, 1, 2, 4, 9, 20, 50, 51, 3000];
  const pairs = logits.flatMap((logit) => counts.map((copies) => [logit, copies] as const));
  const n = pairs.length;
  const logScales = Float32Array.from({ length: 3 * n }, (_, i) => -3 + i % 5);
  const tensors = {
    opacity: Tensor.from(gpu, Float32Array.from(pairs, ([logit]) => logit)),
    logScales: Tensor.from(gpu, logScales, [n, 3]),
    copies: Tensor.from(gpu, Float32Array.from(pairs, ([, copies]) => copies)),
  };
  shareOpacity(tensors);
  const opacities = await tensors.opacity.read("f32");
  const scales = await tensors.logScales.read("f32");
  pairs.forEach(([logit, copies], i) => {
    const opacity = 1 / (1 + Math.exp(-Math.fround(logit)));
    const made = copies ? reference(opacity, copies + 1) : { opacity, scale: 1 };
    const what = `of opacity ${opacity} with ${copies} copies`;
    // 1 - exp(-t) keeps 6e-8, which is 1.2e-5 of the least opacity, 0.005.
    const rtol = 2e-5;
    assertClose([1 / (1 + Math.exp(-opacities[i]!))], [made.opacity], { atol: 0, rtol }, what);
    assertClose(
      scales.subarray(3 * i, 3 * i + 3),
      Array.from(logScales.subarray(3 * i, 3 * i + 3), (log) => log + Math.log(made.scale)),
      { atol: rtol, rtol: 0 },
      what,
    );
  });
});

gpuTest("shareOpacity wants rows alike", (gpu) => {
  const of = (...shape: number[]) => Tensor.zeros(gpu, shape);
  assertThrows(
    () => shareOpacity({ opacity: of(2), logScales: of(2, 3), copies: of(3) }),
    RangeError,
    '"copies" must be [n=2]',
  );
});
