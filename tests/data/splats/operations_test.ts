import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { importance } from "../../../data/splats/importance.ts";
import { cropToBox, decimate } from "../../../data/splats/operations.ts";
import { allocateSplats } from "../../../data/splats/splats.ts";
import { statisticsOf } from "../../../data/splats/statistics.ts";
import { dropUnusable } from "../../../data/splats/usable.ts";
import { madeUpSplats } from "./made_up.ts";

Deno.test("dropUnusable leaves out NaN, infinity and rotations of length zero, nothing else", () => {
  const splats = madeUpSplats(6, 1);
  assertStrictEquals(dropUnusable(splats), splats);
  splats.shRest[9 * 5] = Infinity;
  splats.positions[3] = NaN;
  splats.quaternions.fill(0, 8, 12);
  const kept = dropUnusable(splats);
  assertEquals(kept.count, 3);
  assertEquals(kept.opacities, Float32Array.of(...[0, 3, 4].map((i) => splats.opacities[i]!)));
});

Deno.test("cropToBox keeps centres inside the box and on its sides", () => {
  const splats = allocateSplats(4, 0);
  splats.positions.set([0, 0, 0, 1, 1, 1, 1.001, 1, 1, NaN, 0, 0]);
  const kept = cropToBox(splats, { min: [0, 0, 0], max: [1, 1, 1] });
  assertEquals(kept.positions, Float32Array.of(0, 0, 0, 1, 1, 1));
  assertThrows(
    () => cropToBox(splats, { min: [0, 2, 0], max: [1, 1, 1] }),
    RangeError,
    "Cannot crop: the box runs from 2 to 1 along y, the first must not be larger",
  );
});

Deno.test("decimate keeps the most important Gaussians in their order", () => {
  const splats = madeUpSplats(100, 0);
  const values = importance(splats);
  const kept = decimate(splats, 10);
  assertEquals(kept.count, 10);
  const threshold = [...values].sort((a, b) => b - a)[9]!;
  const expected = [...values.keys()].filter((i) => values[i]! >= threshold);
  assertEquals(kept.opacities, Float32Array.from(expected, (i) => splats.opacities[i]!));
  assertStrictEquals(decimate(splats, 100), splats);
  assertEquals(decimate(splats, 0).count, 0);
  assertThrows(() => decimate(splats, 1.5), RangeError, "Cannot keep 1.5 Gaussians");
});

Deno.test("of equally important Gaussians decimate keeps the first, of NaN none before others", () => {
  const splats = allocateSplats(5, 0);
  splats.opacities.set([NaN, 0, 0, 0, 1]);
  splats.positions.set([0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0]);
  assertEquals(
    decimate(splats, 3).positions.filter((_, at) => at % 3 === 0),
    Float32Array.of(1, 2, 4),
  );
});

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
