import { assertEquals } from "@std/assert";
import { allocateSplats } from "../../../data/splats/splats.ts";
import { statisticsOf } from "../../../data/splats/statistics.ts";

Deno.test("statistics speak of finite values and count the others", () => {
  const splats = allocateSplats(3, 0);
  splats.positions.set([0, -1, 2, 3, 5, NaN, 1, 1, 1]);
  splats.logScales.fill(Math.log(2));
  splats.logScales[0] = Math.log(8);
  splats.opacities.set([0, 100, -Infinity]);
  const { count, bounds, scale, opacity, notFinite } = statisticsOf(splats);
  assertEquals([count, notFinite], [3, 2]);
  assertEquals(bounds, { min: [0, -1, 1], max: [3, 5, 2] });
  assertEquals(scale.median!.toFixed(6), "2.000000");
  assertEquals(scale.max!.toFixed(5), "8.00000");
  assertEquals([opacity.min, opacity.median, opacity.max], [0.5, 0.75, 1]);
  const none = statisticsOf(allocateSplats(0, 0));
  assertEquals([none.bounds, none.scale.mean], [null, null]);
});
