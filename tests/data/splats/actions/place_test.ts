import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { SPLAT_ACTIONS, type SplatActionName } from "../../../../data/splats/actions.ts";
import { copySplats, type Splats } from "../../../../data/splats/splats.ts";
import { covariances } from "../covariances.ts";
import { largestError, madeUpSplats } from "../made_up.ts";

function apply(name: SplatActionName, value: string, splats: Splats): Splats {
  return SPLAT_ACTIONS[name].parse(value)(copySplats(splats), () => {});
}

const first = ({ positions }: Splats) => [...positions.subarray(0, 3)];

function near(found: readonly number[], expected: readonly number[]): void {
  found.forEach((value, k) => assertAlmostEquals(value, expected[k]!, 1e-5));
}

const splats = madeUpSplats(50, 3);
const [x, y, z] = first(splats) as [number, number, number];

Deno.test("translate, scale and rotate move centres as they say", () => {
  near(first(apply("translate", "1,-2,0.5", splats)), [x + 1, y - 2, z + 0.5]);
  const scaled = apply("scale", "2.5", splats);
  near(first(scaled), [2.5 * x, 2.5 * y, 2.5 * z]);
  assertAlmostEquals(scaled.logScales[0]!, splats.logScales[0]! + Math.log(2.5), 1e-5);
  near(first(apply("rotate", "90,0,0", splats)), [x, -z, y]);
  near(first(apply("rotate", "0,90,0", splats)), [z, y, -x]);
  near(first(apply("rotate", "0,0,90", splats)), [-y, x, z]);
  // About x, then about y.
  near(first(apply("rotate", "90,90,0", splats)), [y, -z, -x]);
});

Deno.test("a rotation and its opposite give back what was there, harmonics too", () => {
  const turned = apply("rotate", "30,0,0", splats);
  assert(largestError(turned.shRest, splats.shRest, { width: 45 }) > 0.1);
  const back = apply("rotate", "-30,0,0", turned);
  assert(largestError(back.positions, splats.positions, { width: 3 }) < 2e-6);
  assert(largestError(back.shRest, splats.shRest, { width: 45 }) < 2e-6);
  assert(largestError(covariances(back), covariances(splats), { width: 6 }) < 2e-6);
});

Deno.test("align-up turns the direction onto -y, also from the opposite side", () => {
  for (const [a, b, c] of [[1, 0, 0], [0, 3, 0], [0, -1, 0], [1, -2, 0.5]] as const) {
    const placed = copySplats(splats);
    placed.positions.set([a, b, c]);
    const length = Math.hypot(a, b, c);
    near(first(apply("align-up", `${a},${b},${c}`, placed)), [0, -length, 0]);
  }
});

Deno.test("align-points puts three points at the origin, along x and into the plane of x and z", () => {
  const placed = copySplats(splats);
  placed.positions.set([1, 2, 3, 1, 2, 8, 4, 2, 5]);
  const moved = apply("align-points", "1,2,3,1,2,8,4,2,5", placed).positions;
  near([...moved.subarray(0, 9)], [0, 0, 0, 5, 0, 0, 2, 0, 3]);
});

Deno.test("align-pca lays the longest extent along x, the thinnest along y, about the middle", () => {
  const flat = copySplats(madeUpSplats(2000, 1));
  for (let i = 0; i < 2000; i++) {
    flat.positions[3 * i]! *= 0.1;
    flat.positions[3 * i + 2]! *= 3;
  }
  const turned = apply(
    "align-pca",
    "",
    apply("rotate", "20,30,40", apply("translate", "9,8,7", flat)),
  );
  const deviation = (k: number) =>
    Math.sqrt(turned.positions.reduce((sum, v, at) => at % 3 === k ? sum + v * v : sum, 0) / 2000);
  assert(deviation(0) > 6 && deviation(2) > 2 && deviation(2) < 3 && deviation(1) < 0.3);
  assertEquals(turned.count, 2000);
});
