import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { drawByWeight, relocated } from "../../../../../model/splat/strategies/mcmc/relocation.ts";

Deno.test("relocation is that of the specification's table", () => {
  for (
    const [opacity, copies, each, scale] of [
      [0.8, 2, 0.552786405, 0.899381469],
      [0.8, 3, 0.415196452, 0.868410997],
      [0.5, 5, 0.129449437, 0.924907926],
      [0.9, 10, 0.205671765, 0.775038616],
    ] as const
  ) {
    const made = relocated(opacity, copies);
    assertAlmostEquals(made.opacity, each, 1e-9);
    assertAlmostEquals(made.scale, scale, 1e-9);
  }
  assertEquals(relocated(0.3, 1), { opacity: 0.3, scale: 1 });
});

Deno.test("relocation stays finite at its ends", () => {
  for (const opacity of [0.0051, 0.5, 1]) {
    for (const copies of [1, 2, 51, 1000]) {
      const { opacity: each, scale } = relocated(opacity, copies);
      assert(
        each >= 0.005 && each < 1 && scale > 0 && Number.isFinite(scale),
        `${opacity} ${copies}`,
      );
    }
  }
  assertEquals(relocated(0.9, 51), relocated(0.9, 1000));
});

Deno.test("indices are drawn in proportion to their weights", () => {
  const draws = [0, 0.24, 0.26, 0.74, 0.76, 0.999];
  const indices = drawByWeight(Float64Array.of(1, 0, 2, 1, 0), 6, () => draws.shift()!);
  assertEquals(Array.from(indices), [0, 0, 2, 2, 3, 3]);
});
