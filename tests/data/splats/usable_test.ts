import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Splats } from "../../../data/splats/splats.ts";
import { dropUnusable } from "../../../data/splats/usable.ts";
import { madeUpSplats } from "./made_up.ts";

const SMALLEST = Math.fround(Math.log(2 ** -126));
const OPAQUE = Math.fround(Math.log((1 - 1e-6) / 1e-6));

/** A change to the first of two Gaussians; the value that stays in its place, null where it goes. */
type Case = [what: string, change: (splats: Splats) => void, kept: number[] | null];

const CASES: Case[] = [
  ["opacity +inf is alpha 1", ({ opacities }) => opacities[0] = Infinity, [OPAQUE]],
  ["opacity -inf is alpha 0", ({ opacities }) => opacities[0] = -Infinity, [-OPAQUE]],
  ["opacity NaN", ({ opacities }) => opacities[0] = NaN, null],
  ["scale -inf is no thickness", ({ logScales }) => logScales[1] = -Infinity, [SMALLEST]],
  ["all scales -inf", ({ logScales }) => logScales.fill(-Infinity, 0, 3), [SMALLEST]],
  ["scale +inf", ({ logScales }) => logScales[2] = Infinity, null],
  ["scale NaN", ({ logScales }) => logScales[2] = NaN, null],
  ["position inf", ({ positions }) => positions[0] = Infinity, null],
  ["position -inf", ({ positions }) => positions[2] = -Infinity, null],
  ["colour NaN", ({ shDc }) => shDc[1] = NaN, null],
  ["harmonic inf", ({ shRest }) => shRest[8] = Infinity, null],
  ["rotation NaN", ({ quaternions }) => quaternions[3] = NaN, null],
  ["rotation of length zero", ({ quaternions }) => quaternions.fill(0, 0, 4), null],
];

for (const [what, change, kept] of CASES) {
  Deno.test(`dropUnusable: ${what}: ${kept ? "kept" : "left out"}`, () => {
    const splats = madeUpSplats(2, 1);
    change(splats);
    const before = { opacities: splats.opacities.slice(), logScales: splats.logScales.slice() };
    const usable = dropUnusable(splats);
    assertEquals(usable.count, kept ? 2 : 1);
    assertEquals(usable.opacities.at(-1), splats.opacities[1]);
    if (kept) {
      const changed = what.startsWith("opacity") ? usable.opacities[0] : usable.logScales[1];
      assertEquals(Math.fround(changed!), kept[0]);
    }
    assertEquals([splats.opacities, splats.logScales], [before.opacities, before.logScales]);
  });
}

Deno.test("dropUnusable returns the very same Gaussians where all are usable", () => {
  const splats = madeUpSplats(5, 2);
  assertStrictEquals(dropUnusable(splats), splats);
});
