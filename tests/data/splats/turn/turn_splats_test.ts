import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { PhiloxStream } from "../../../../data/philox.ts";
import { copySplats } from "../../../../data/splats/splats.ts";
import { harmonicsAt } from "../../../../data/splats/turn/harmonics.ts";
import {
  determinant3,
  type Matrix3,
  matrixOfQuaternion,
  multiply3,
  type Quaternion,
  quaternionOfMatrix,
} from "../../../../data/geometry/matrix3.ts";
import { turnSplats } from "../../../../data/splats/turn/turn_splats.ts";
import { sphericalHarmonics } from "../../../reference/gaussian/spherical_harmonics.ts";
import { covariances } from "../covariances.ts";
import { largestError, madeUpSplats } from "../made_up.ts";

const random = new PhiloxStream(7);
const MIRROR: Matrix3 = [-1, 0, 0, 0, 1, 0, 0, 0, 1];

function quaternion(): Quaternion {
  const values = Array.from({ length: 4 }, () => random.uniform(-1, 1));
  return values.map((value) => value / Math.hypot(...values)) as unknown as Quaternion;
}

const turn = matrixOfQuaternion(quaternion());
const MATRICES: Record<string, Matrix3> = {
  "a rotation": turn,
  "half a turn about x": [1, 0, 0, 0, -1, 0, 0, 0, -1],
  "a quarter turn": [0, -1, 0, 1, 0, 0, 0, 0, 1],
  "a mirror": MIRROR,
  "a rotation of a mirror": multiply3(turn, MIRROR),
  "axes that change places": [0, 1, 0, 1, 0, 0, 0, 0, 1],
};

function apply(m: Matrix3, [x, y, z]: readonly number[]): number[] {
  return [0, 3, 6].map((row) => m[row]! * x! + m[row + 1]! * y! + m[row + 2]! * z!);
}

Deno.test("harmonics are those of the reference", () => {
  const expected = sphericalHarmonics(0.48, -0.6, 0.64).slice(1);
  harmonicsAt(0.48, -0.6, 0.64).forEach((value, n) =>
    assertAlmostEquals(value, expected[n]!, 1e-15)
  );
});

Deno.test("a quaternion comes back from its matrix, whichever component is the largest", () => {
  for (let i = 0; i < 50; i++) {
    const q = quaternion();
    const back = quaternionOfMatrix(matrixOfQuaternion(q));
    const sign = Math.sign(q.reduce((sum, value, k) => sum + value * back[k]!, 0));
    back.forEach((value, k) => assertAlmostEquals(value, sign * q[k]!, 1e-12));
  }
});

for (const [name, matrix] of Object.entries(MATRICES)) {
  Deno.test(`${name}: the scene looks turned as its directions are, and its shapes turn with it`, () => {
    const splats = madeUpSplats(20, 3);
    const turned = turnSplats(copySplats(splats), matrix);
    assertAlmostEquals(Math.abs(determinant3(matrix)), 1, 1e-12);
    const before = covariances(splats);
    const after = covariances(turned);
    for (let i = 0; i < 20; i++) {
      const centre = apply(matrix, [...splats.positions.subarray(3 * i, 3 * i + 3)]);
      centre.forEach((value, k) => assertAlmostEquals(turned.positions[3 * i + k]!, value, 1e-6));
      const direction = apply(matrixOfQuaternion(quaternion()), [1, 0, 0]);
      // The camera turned with the scene sees along the turned direction what it saw before.
      const seen = colour(splats.shRest.subarray(45 * i), direction);
      const then = colour(turned.shRest.subarray(45 * i), apply(matrix, direction));
      seen.forEach((value, k) => assertAlmostEquals(then[k]!, value, 2e-6));
      // M C M^T along any direction d is C along M^T d.
      const spread = along(after.subarray(6 * i), apply(matrix, direction));
      assertAlmostEquals(spread, along(before.subarray(6 * i), direction), 1e-6);
    }
    assertEquals(turned.logScales, splats.logScales);
  });
}

function colour(shRest: Float32Array, [x, y, z]: number[]): number[] {
  const basis = sphericalHarmonics(x!, y!, z!).slice(1);
  return [0, 1, 2].map((k) => basis.reduce((sum, value, n) => sum + value * shRest[3 * n + k]!, 0));
}

function along([xx, xy, xz, yy, yz, zz]: Float32Array, [x, y, z]: number[]): number {
  return xx! * x! * x! + yy! * y! * y! + zz! * z! * z! +
    2 * (xy! * x! * y! + xz! * x! * z! + yz! * y! * z!);
}

Deno.test("two turns are one turn by their product, of centres, shapes and harmonics", () => {
  const [a, b] = [matrixOfQuaternion(quaternion()), matrixOfQuaternion(quaternion())];
  const twice = turnSplats(turnSplats(madeUpSplats(10, 3), b), a);
  const once = turnSplats(madeUpSplats(10, 3), multiply3(a, b));
  assert(largestError(twice.positions, once.positions, { width: 3 }) < 2e-6);
  assert(largestError(twice.shRest, once.shRest, { width: 45 }) < 2e-6);
  assert(largestError(covariances(twice), covariances(once), { width: 6 }) < 2e-6);
});
