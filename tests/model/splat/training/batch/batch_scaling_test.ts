import { assertAlmostEquals, assertEquals } from "@std/assert";
import { batchScaling } from "../../../../../model/splat/training/batch/batch_scaling.ts";

Deno.test("one view changes nothing", () => {
  assertEquals(batchScaling(1), { rate: 1, betas: [0.9, 0.999], eps: 1 });
});

/** How far Adam goes in the last of many steps, by the gradient of each step. */
function distance(
  steps: number,
  gradientOf: (step: number) => number,
  { rate, betas: [b1, b2] }: ReturnType<typeof batchScaling>,
): number {
  let [m, v, moved] = [0, 0, 0];
  for (let step = 1; step <= steps; step++) {
    const g = gradientOf(step);
    m = b1 * m + (1 - b1) * g;
    v = b2 * v + (1 - b2) * g * g;
    const by = rate * (m / (1 - b1 ** step)) / Math.sqrt(v / (1 - b2 ** step));
    if (step > steps / 2) moved += by;
  }
  return moved;
}

Deno.test("a step on views that see different Gaussians goes as far as one for each of them", () => {
  for (const views of [2, 4, 8]) {
    // A Gaussian that one view of each batch sees.
    const single = distance(4000 * views, (step) => step % views ? 0 : 1, batchScaling(1));
    const batched = distance(4000, () => 1 / views, batchScaling(views));
    assertAlmostEquals(batched / single, 1, 0.01);
    const unscaled = distance(4000, () => 1 / views, batchScaling(1));
    assertAlmostEquals(unscaled / single, 1 / Math.sqrt(views), 0.01);
  }
});
