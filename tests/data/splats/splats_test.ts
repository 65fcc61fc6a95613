import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  allocateSplats,
  checkSplats,
  degreeOfRest,
  finiteMask,
  selectSplats,
  withDegree,
} from "../../../data/splats/splats.ts";
import { madeUpSplats } from "./made_up.ts";

Deno.test("a degree and its number of coefficients name each other", () => {
  assertEquals([0, 3, 8, 15].map(degreeOfRest), [0, 1, 2, 3]);
  assertEquals([1, 2.5, 24, -1].map(degreeOfRest), Array(4).fill(undefined));
});

Deno.test("selectSplats takes whole Gaussians in the order asked for", () => {
  const splats = madeUpSplats(4, 1);
  const chosen = selectSplats(splats, Uint32Array.of(3, 0, 3));
  assertEquals(chosen.count, 3);
  assertEquals(chosen.positions.subarray(3, 6), splats.positions.subarray(0, 3));
  assertEquals(chosen.quaternions.subarray(8, 12), splats.quaternions.subarray(12, 16));
  assertEquals(chosen.shRest.subarray(0, 9), splats.shRest.subarray(27, 36));
});

Deno.test("withDegree cuts harmonics off or adds zeros", () => {
  const splats = madeUpSplats(3, 2);
  const lower = withDegree(splats, 1);
  assertEquals([lower.degree, lower.shRest.length], [1, 27]);
  assertEquals(lower.shRest.subarray(9, 18), splats.shRest.subarray(24, 33));
  const higher = withDegree(lower, 3);
  assertEquals(higher.shRest.subarray(45, 54), lower.shRest.subarray(9, 18));
  assertEquals(higher.shRest.subarray(54, 90), new Float32Array(36));
  assertEquals(withDegree(splats, 0).shRest.length, 0);
  assertStrictEquals(withDegree(splats, 2), splats);
});

Deno.test("a column of the wrong length is named", () => {
  const splats = { ...allocateSplats(2, 1), shRest: new Float32Array(9) };
  assertThrows(
    () => checkSplats(splats, "draw"),
    RangeError,
    'Cannot draw: "shRest" has 9 values, 2 Gaussians of degree 1 need 18',
  );
});

Deno.test("finiteMask finds NaN and infinity in every column", () => {
  const splats = madeUpSplats(7, 1);
  splats.positions[5] = NaN;
  splats.logScales[6] = Infinity;
  splats.quaternions[15] = -Infinity;
  splats.opacities[4] = NaN;
  splats.shDc[15] = NaN;
  splats.shRest[62] = NaN;
  assertEquals(finiteMask(splats), Uint8Array.of(1, 0, 0, 0, 0, 0, 0));
});
